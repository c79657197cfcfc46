/** The loss as the trial took it along a run: every held-out picture at three of the nine timesteps instead of at all of them. */
import { diffusionSchema } from '../../../src/shared/config';
import { openDataset } from '../../../src/main/engine/data/open';
import { toModelRange } from '../../../src/main/engine/data/range';
import { createDiffusion, qSample } from '../../../src/main/engine/diffusion/gaussian';
import type { ModelWeights } from '../../../src/main/engine/model/types';
import { STREAMS, counterRandom } from '../../../src/main/engine/random';
import { compileModel } from '../../../src/main/engine/sample/forward';
import { resolveBackend } from '../../../src/main/engine/tensor/backends';
import { join } from 'node:path';
import { PROBED_TIMESTEPS, PROBE_SEED } from '../probe';
import { numpyPermutation } from './numpyPermutation';

const OFFSETS = [0, 3, 6];
const BATCH = 32;

/** The k-th picture of the trial's own order is looked at at the timesteps k, k + 3 and k + 6 (modulo 9) of the list; noise as in `probe`. */
export async function alongRunLoss(weights: ModelWeights, dir: string): Promise<number> {
  const data = openDataset(join(dir, 'dataset'));
  const count = data.heldOutCount;
  const order = numpyPermutation(0, data.count + count).slice(0, count);
  // The dataset lists its held-out pictures in ascending order.
  const sorted = [...order].sort((a, b) => a - b);
  const placeInTrial = Int32Array.from(sorted, (index) => order.indexOf(index));
  const x0 = toModelRange(data.heldOutImages, Int32Array.from({ length: count }, (_, i) => i), data);
  const noise = counterRandom(PROBE_SEED, STREAMS.metrics, 0).normals(x0.length);
  const { schedule } = createDiffusion(diffusionSchema.parse({}), { learnSigma: false });
  const model = await compileModel(weights, { backend: await resolveBackend('auto'), batch: BATCH, fixed: true, threads: 1 });
  try {
    let sum = 0;
    for (const offset of OFFSETS) {
      const t = placeInTrial.map((place) => PROBED_TIMESTEPS[(place + offset) % PROBED_TIMESTEPS.length]);
      const out = await model.forward(qSample(schedule, x0, t, noise), t, data.heldOutLabels);
      out.forEach((value, i) => (sum += (value - noise[i]) ** 2));
    }
    return sum / (OFFSETS.length * x0.length);
  } finally {
    await model.dispose();
  }
}
