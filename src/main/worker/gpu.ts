/** How busy the graphics card is, from the tool that comes with NVIDIA's driver; other makers have none that is everywhere. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface GpuMeter {
  /** Of the busiest card, 0 to 1; null without a card, a driver or a first answer. */
  busy(): number | null;
  stop(): void;
}

/** One process that answers every `everyMs`, for the whole of a job: starting one each time would take more than it measures. */
export function gpuMeter(everyMs: number, command = 'nvidia-smi'): GpuMeter {
  const cards = new Map<number, number>();
  const child = spawn(command, ['--query-gpu=index,utilization.gpu', '--format=csv,noheader,nounits', `--loop-ms=${everyMs}`], { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
  const forget = (): void => cards.clear();
  // No such tool, or one that ends because its driver does not answer: then nothing is known.
  child.on('error', forget).on('close', forget);
  child.unref();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [card, percent] = line.split(',').map(Number);
    // “[N/A]” where a card does not tell.
    if (Number.isInteger(card) && Number.isFinite(percent)) cards.set(card, Math.min(1, percent / 100));
  });
  const stop = (): void => void child.kill();
  process.once('exit', stop);
  return {
    busy: () => (cards.size > 0 ? Math.max(...cards.values()) : null),
    stop: () => {
      process.off('exit', stop);
      stop();
    },
  };
}
