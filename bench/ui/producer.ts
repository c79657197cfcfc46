/**
 * A worker that trains nothing and reports as one that trains fast: RATE metric rows a second, each sent as it comes, with
 * progress and meters. What happens to them after that is the application's own work.
 */
import type { WorkerCommand, WorkerEvent } from '../../src/shared/worker';

const RATE = 20;
const STEPS = 1_000_000;

const send = (event: WorkerEvent): void => void process.send?.(event);

/** A loss as one sees it: falling, noisy, with a spike now and then. */
function values(step: number, phase: number): Record<string, number> {
  const noise = Math.sin(step * 12.9898 + phase) * 0.02;
  return { loss: 0.2 + 0.8 / (1 + step / 200) + noise + (step % 397 === 0 ? 0.5 : 0), gradNorm: 0.5 + Math.abs(noise) * 10, learningRate: 1e-4, imagesPerSecond: 900 + 1000 * noise };
}

function produce(): void {
  const began = performance.now();
  const phase = process.pid;
  let step = 0;
  send({ type: 'started', elapsedMs: 0, backend: 'bench', step: 0, steps: STEPS });
  setInterval(() => {
    // Catches up where the timer came late, so that the rate holds on a busy machine.
    const due = Math.floor(((performance.now() - began) / 1000) * RATE);
    while (step < due) {
      step++;
      send({ type: 'metrics', rows: [{ step, wall: performance.now() - began, values: values(step, phase) }] });
    }
    send({ type: 'progress', phase: 'training', done: step, total: STEPS, perSecond: RATE, etaMs: ((STEPS - step) / RATE) * 1000 });
  }, 1000 / RATE);
}

process.on('message', (command: WorkerCommand) => {
  if (command.type === 'ping') send({ type: 'meters', cpu: 0.9, rss: 5e8, gpu: null });
  if (command.type === 'run') produce();
  if (command.type === 'pause' || command.type === 'cancel') process.exit(0);
});
process.on('disconnect', () => process.exit(0));
