/** A closer look at one state of a model: its loss timestep by timestep, on unseen and on seen pictures, and its samples. */
import type { DiffusionConfig } from '../../src/shared/config';
import type { OpenDataset } from '../../src/main/engine/data/open';
import { toModelRange } from '../../src/main/engine/data/range';
import { createDiffusion, qSample } from '../../src/main/engine/diffusion/gaussian';
import type { ModelWeights } from '../../src/main/engine/model/types';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import { compileModel } from '../../src/main/engine/sample/forward';
import type { Backend } from '../../src/main/engine/tensor/types';
import { distancesOf } from './quality';
import type { Probe, Probes } from './tasks';

/** Those of the trial that this benchmark is checked against. */
export const PROBED_TIMESTEPS = [20, 60, 120, 200, 300, 420, 560, 720, 900] as const;
const BATCH = 32;
export const PROBE_SEED = 900_004;

export interface ProbeSetting {
  dir: string;
  featuresKey: string;
  data: OpenDataset;
  diffusion: DiffusionConfig;
  backend: Backend;
}

export const meanLoss = (losses: readonly number[]): number => losses.reduce((a, b) => a + b, 0) / losses.length;

/** Every picture has its own noise, the same at all timesteps and for all models. `weights` are dense or factorised. */
export async function probe(weights: ModelWeights, step: number, { samples, sampledAt }: Probes, setting: ProbeSetting): Promise<Probe> {
  const { data, diffusion, backend } = setting;
  const count = data.heldOutCount;
  const each = Int32Array.from({ length: count }, (_, i) => i);
  const spread = each.map((i) => Math.floor((i * data.count) / count));
  const model = await compileModel(weights, { backend, batch: BATCH, fixed: true, threads: 1 });
  const { schedule } = createDiffusion(diffusion, { learnSigma: false });
  const lossesOf = async (images: Uint8Array, labels: Int32Array, picked: Int32Array, stream: number): Promise<number[]> => {
    const x0 = toModelRange(images, picked, data);
    const noise = counterRandom(PROBE_SEED, STREAMS.metrics, stream).normals(x0.length);
    const losses: number[] = [];
    for (const t of PROBED_TIMESTEPS) {
      const at = new Int32Array(count).fill(t);
      const out = await model.forward(qSample(schedule, x0, at, noise), at, picked.map((i) => labels[i]));
      losses.push(out.reduce((sum, value, i) => sum + (value - noise[i]) ** 2, 0) / out.length);
    }
    return losses;
  };
  try {
    const heldOut = await lossesOf(data.heldOutImages, data.heldOutLabels, each, 0);
    const training = await lossesOf(data.images, data.labels, spread, 1);
    return { step, heldOut, training, fd: samples > 0 && (sampledAt?.includes(step) ?? true) ? await distancesOf(weights, { ...setting, samples }) : null };
  } finally {
    await model.dispose();
  }
}
