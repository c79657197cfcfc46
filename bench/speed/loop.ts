/** The training loop as the application runs it, in windows of a few steps that wait for their turn. */
import type { DiTConfig } from '../../src/shared/config';
import { trainConfigSchema } from '../../src/shared/config';
import { ditDefault } from '../../src/main/engine/initialize/ditDefault';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import type { Backend } from '../../src/main/engine/tensor/types';
import { train } from '../../src/main/engine/train';

/** Steps per turn; the bare step is timed over as many. */
export const WINDOW = 5;

/** Starts a run that stops before each window until `turn` is called; `turn` settles when the window is over. */
export function gatedLoop(config: DiTConfig, batchSize: number, backend: Backend, threads: number | undefined): { turn(): Promise<void> } {
  let open: (() => void) | null = null;
  let closed: (() => void) | null = null;
  let runs = 0;
  const gated: Backend = {
    ...backend,
    id: backend.id,
    describe: () => backend.describe(),
    async compile(spec, options) {
      const program = await backend.compile(spec, options);
      if (spec.name !== 'train-step') return program;
      return {
        stats: program.stats,
        async run(inputs) {
          if (runs++ % WINDOW === 0) {
            closed?.();
            await new Promise<void>((resolve) => (open = resolve));
          }
          return program.run(inputs);
        },
        readState: (names) => program.readState(names),
        viewState: (names) => program.viewState(names),
        writeState: (values) => program.writeState(values),
        dispose: () => program.dispose(),
      };
    },
  };
  const pictures = 2048;
  const each = config.inChannels * config.inputSize ** 2;
  const draw = counterRandom(0, STREAMS.metrics, 0);
  const data = {
    images: Uint8Array.from(draw.integers(pictures * each, 256)),
    labels: draw.integers(pictures, config.numClasses),
    heldOutImages: new Uint8Array(0),
    heldOutLabels: new Int32Array(0),
    size: config.inputSize,
    channels: config.inChannels,
    classes: config.numClasses,
  };
  const first = new Promise<void>((resolve) => (closed = resolve));
  void train({
    weights: ditDefault(config, 0),
    data,
    diffusion: { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' },
    train: trainConfigSchema.parse({ steps: 1_000_000, batchSize, threads: threads ?? 0, checkpointEvery: 0 }),
    backend: gated,
    stateDir: null,
    callbacks: { onMetrics: () => undefined },
  });
  return {
    async turn() {
      await first;
      const over = new Promise<void>((resolve) => (closed = resolve));
      open?.();
      await over;
    },
  };
}
