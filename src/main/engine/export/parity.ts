/** Does the exported file compute what the engine computes? Asked of the file as it lies on the disk. */
import type { DiTConfig } from '../../../shared/config';
import type { Parity } from '../../../shared/entities';
import { AppError } from '../../../shared/errors';
import { importWeights } from '../checkpoint/import';
import type { ModelWeights } from '../model/types';
import { STREAMS, counterRandom } from '../random';
import { compileModel } from '../sample/forward';
import type { Backend } from '../tensor/types';
import { openOnnx } from '../tensor/onnx/runOnnx';

export const PARITY_BATCHES = [1, 2, 5] as const;
export const PARITY_TIMESTEPS = [0, 1, 250, 999] as const;
export const PARITY_SEEDS = [0, 1] as const;

/** Largest absolute difference allowed; outputs are of the order of 1. Halved weights differ by their own rounding. */
export const PARITY_TOLERANCE = { float32: 1e-4, float16: 2e-2 } as const;

/** What an exported file computes. */
interface Exported {
  predict(x: Float32Array, t: Int32Array, y: Int32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/** An ONNX file, run by ONNX Runtime. */
export async function exportedOnnx(file: string, { inChannels, inputSize }: DiTConfig): Promise<Exported> {
  const onnx = await openOnnx(file);
  return {
    predict: async (x, t, y) => (await onnx.run({ x: { shape: [t.length, inChannels, inputSize, inputSize], data: x }, t: { shape: [t.length], data: t }, y: { shape: [y.length], data: y } })).out.data,
    close: () => onnx.close(),
  };
}

/** A safetensors file, read as an import reads it and run by the engine. */
export async function exportedWeights(file: string, backend: Backend): Promise<Exported> {
  const model = await compileModel((await importWeights(file, null)).weights, { backend, batch: Math.max(...PARITY_BATCHES), fixed: true });
  return { predict: (x, t, y) => model.forward(x, t, y), close: () => model.dispose() };
}

/**
 * Compares every output value over batches, timesteps and seeds: images and labels (the null class among them) are drawn
 * afresh for each. `weights` is the model as the engine runs it, in its own form and at full precision. Closes what `open` gives.
 */
export async function checkParity(open: () => Promise<Exported>, weights: ModelWeights, options: { backend: Backend; precision: 'float32' | 'float16'; signal?: AbortSignal; onProgress?(done: number, total: number): void }): Promise<Parity> {
  const { config } = weights;
  const { backend, precision, signal, onProgress } = options;
  const each = config.inChannels * config.inputSize ** 2;
  const cases = PARITY_BATCHES.flatMap((batch) => PARITY_TIMESTEPS.flatMap((timestep) => PARITY_SEEDS.map((seed) => ({ batch, timestep, seed }))));
  const engine = await compileModel(weights, { backend, batch: Math.max(...PARITY_BATCHES), fixed: true });
  try {
    const exported = await open();
    try {
      const rows: Parity['rows'] = [];
      for (const [done, { batch, timestep, seed }] of cases.entries()) {
        if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.');
        const random = counterRandom(seed, STREAMS.parity, timestep * 16 + batch);
        const x = random.normals(batch * each);
        const y = random.integers(batch, config.numClasses + 1);
        const t = new Int32Array(batch).fill(timestep);
        rows.push({ batch, timestep, seed, ...compare(await exported.predict(x, t, y), await engine.forward(x, t, y)) });
        onProgress?.(done + 1, cases.length);
      }
      const maxAbs = rows.reduce((worst, row) => Math.max(worst, row.maxAbs), 0);
      const tolerance = PARITY_TOLERANCE[precision];
      return {
        against: `the engine's own forward pass (${backend.id}, float32)`,
        tolerance,
        pass: maxAbs <= tolerance,
        maxAbs,
        meanAbs: rows.reduce((sum, row) => sum + row.meanAbs, 0) / rows.length,
        cosine: Math.min(...rows.map((row) => row.cosine)),
        rows,
      };
    } finally {
      await exported.close();
    }
  } finally {
    await engine.dispose();
  }
}

/** Largest and mean absolute difference, and the cosine of the angle between the two. Anything not finite counts as infinitely far. */
export function compare(a: Float32Array, b: Float32Array): { maxAbs: number; meanAbs: number; cosine: number } {
  if (a.length !== b.length) return { maxAbs: Number.MAX_VALUE, meanAbs: Number.MAX_VALUE, cosine: 0 };
  let maxAbs = 0;
  let total = 0;
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!Number.isFinite(difference)) return { maxAbs: Number.MAX_VALUE, meanAbs: Number.MAX_VALUE, cosine: 0 };
    maxAbs = Math.max(maxAbs, difference);
    total += difference;
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  // Two outputs of zeros (a model that was never trained) point the same way.
  return { maxAbs, meanAbs: total / a.length, cosine: aa === 0 && bb === 0 ? 1 : ab / Math.sqrt(aa * bb) };
}
