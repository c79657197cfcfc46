/** One configuration in a process of its own: the trainer for a few steps, or the sampling job; prints the high-water mark of its memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleConfigSchema, trainConfigSchema, uniformRanks } from '../../src/shared/config';
import { writeModel } from '../../src/main/engine/checkpoint/model';
import { initialFactors } from '../../src/main/engine/fine/factors';
import { ditDefault } from '../../src/main/engine/initialize/ditDefault';
import { sampleJob } from '../../src/main/engine/jobs/sample';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import { resolveBackend } from '../../src/main/engine/tensor/backends';
import { train } from '../../src/main/engine/train';
import { CHANNELS, CLASSES, type MemoryConfig, ditConfigOf, sampledAtOnce } from './configurations';

const STEPS = 4;
const PICTURES = 1024;
const DIFFUSION = { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' } as const;

const bench = JSON.parse(process.argv[2]) as MemoryConfig & { task: 'train' | 'prepare' | 'sample' };
const checkpointFile = process.argv[3];
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
      diffusion: DIFFUSION,
      train: trainConfigSchema.parse({ steps: STEPS, batchSize: bench.batch, threads: 2, checkpointEvery: 2, warmupSteps: 0 }),
      backend: await resolveBackend('auto'),
      stateDir,
      validationSamples: Math.min(256, 4 * bench.batch),
    });
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** A checkpoint with an average, for `sampleSome` in another process. */
async function prepareCheckpoint(): Promise<void> {
  const weights = start();
  await writeModel(checkpointFile, { weights, ema: weights.tensors, diffusion: DIFFUSION, classNames: Array.from({ length: CLASSES }, (_, i) => `class ${i}`), step: 0, loss: null });
}

/** The whole job: reading the checkpoint, drawing, writing the grid. */
async function sampleSome(): Promise<void> {
  const classes = Array.from({ length: sampledAtOnce(bench) }, (_, i) => i % CLASSES);
  await sampleJob(
    { kind: 'sample', checkpointFile, outFile: `${checkpointFile}.png`, rawFile: null, noiseFile: null, cycleClasses: false, sample: sampleConfigSchema.parse({ steps: String(STEPS), classes }), backend: 'auto', threads: 2 },
    { emit: () => undefined, signal: new AbortController().signal, pauseRequested: () => false },
  );
}

await { train: trainSome, prepare: prepareCheckpoint, sample: sampleSome }[bench.task]();
console.log(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1024 }));
process.exit(0);
