/** One configuration in a process of its own: the trainer for a few steps, or a sampler; prints the high-water mark of its memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainConfigSchema, uniformRanks } from '../../src/shared/config';
import { initialFactors } from '../../src/main/engine/fine/factors';
import { ditDefault } from '../../src/main/engine/initialize/ditDefault';
import { parameterSpecs } from '../../src/main/engine/model/parameters';
import type { ModelWeights } from '../../src/main/engine/model/types';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import { compileModel } from '../../src/main/engine/sample/forward';
import { resolveBackend } from '../../src/main/engine/tensor/backends';
import { train } from '../../src/main/engine/train';
import { CHANNELS, CLASSES, type MemoryConfig, ditConfigOf } from './configurations';

const STEPS = 4;
const PICTURES = 1024;

const bench = JSON.parse(process.argv[2]) as MemoryConfig & { task: 'train' | 'sample' };
const config = ditConfigOf(bench);
const ranks = bench.kind === 'dense' ? null : uniformRanks(bench.rank ?? bench.hidden);
const start = () => (ranks ? initialFactors(config, ranks, { start: 'gaussian', seed: 0 }) : ditDefault(config, 0));
const draw = counterRandom(0, STREAMS.metrics, 0);
const each = CHANNELS * config.inputSize ** 2;

async function trainSome(): Promise<void> {
  const stateDir = mkdtempSync(join(tmpdir(), 'fine-memory-'));
  try {
    await train({
      weights: start(),
      giveWeights: true,
      trainable: bench.kind === 'sigma' ? (name) => (/^sigma\.|^blocks\..*bias$/.test(name) ? 'default' : null) : undefined,
      data: {
        images: Uint8Array.from(draw.integers(PICTURES * each, 256)),
        labels: draw.integers(PICTURES, CLASSES),
        heldOutImages: Uint8Array.from(draw.integers(64 * each, 256)),
        heldOutLabels: draw.integers(64, CLASSES),
        size: config.inputSize,
        channels: CHANNELS,
        classes: CLASSES,
      },
      diffusion: { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' },
      train: trainConfigSchema.parse({ steps: STEPS, batchSize: bench.batch, threads: 2, checkpointEvery: 2, warmupSteps: 0 }),
      backend: await resolveBackend('auto'),
      stateDir,
      validationSamples: Math.min(256, 4 * bench.batch),
    });
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** As read from a checkpoint: what drawing a start leaves behind does not count here. */
function stored(): ModelWeights {
  const tensors = Object.fromEntries(parameterSpecs(config, ranks).map(({ name, shape }) => [name, { shape, data: new Float32Array(shape.reduce((n, dim) => n * dim, 1)).fill(0.01) }]));
  return { config, ranks, tensors };
}

async function sampleSome(): Promise<void> {
  const model = await compileModel(stored(), { backend: await resolveBackend('auto'), batch: bench.batch, fixed: true, threads: 2 });
  const x = draw.normals(bench.batch * each);
  for (let step = 0; step < STEPS; step++) await model.forward(x, new Int32Array(bench.batch).fill(500), new Int32Array(bench.batch));
  await model.dispose();
}

await (bench.task === 'train' ? trainSome() : sampleSome());
console.log(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1024 }));
process.exit(0);
