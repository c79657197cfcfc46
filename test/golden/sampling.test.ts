/** Single steps and whole loops of DDPM and DDIM against the official code, with and without learned variance. */
import { describe, expect, test } from 'vitest';
import { createDiffusion, stepPrediction } from '../../src/main/engine/diffusion/gaussian';
import { ddim, ddimStep } from '../../src/main/engine/diffusion/samplers/ddim';
import { ddpm, ddpmStep } from '../../src/main/engine/diffusion/samplers/ddpm';
import type { Sampler } from '../../src/main/engine/diffusion/samplers/types';
import { guidedForward } from '../../src/main/engine/model/guidance';
import { compileModel } from '../../src/main/engine/sample/forward';
import { getBackend } from '../../src/main/engine/tensor/backends';
import type { DiffusionConfig } from '../../src/shared/config';
import { GOLDEN_BACKENDS, QUICK } from './evaluate';
import { GOLDEN_CONFIG, GOLDEN_CONFIG_LS0, expectGolden, goldenWeights, readGolden } from './fixtures';

const PROCESS: DiffusionConfig = { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' };
const STEP = { absolute: 2e-5 };
/** Without clipping a model of random weights runs up to several hundred over a whole loop: rounding is in proportion. */
const LOOP = { absolute: 2e-5, ofLargest: 1e-5 };
const golden = readGolden('sampling');
const values = (name: string): Float32Array => golden[name].data as Float32Array;
const BATCH = 2;
const labels = golden.y.data as Int32Array;

/** ls{learned variance}_r[{respacing}]_t{index}_clip{clipping}_{quantity} */
const ONE_STEP = /^ls([01])_r\[(.*)\]_t(\d+)_clip([01])_(.+)$/;
const oneStep = Object.keys(golden).flatMap((name) => {
  const found = ONE_STEP.exec(name);
  return found ? [{ name, learnSigma: found[1] === '1', respacing: found[2], index: Number(found[3]), clip: found[4] === '1', quantity: found[5] }] : [];
});
const small = Object.keys(golden).flatMap((name) => {
  const found = /^ls0_small_t(\d+)_p_sample$/.exec(name);
  return found ? [{ name, index: Number(found[1]) }] : [];
});

test('every tensor of the file is compared', () => {
  const loops = ['loop_ddim10_ddim_ls1', 'loop_ddim10_ddim_ls0', 'loop_5_p_ls1', 'loop_5_p_ls1_cfg'];
  const inputs = ['x', 'y', 'noise', 'loop_z', 'loop5_noises'];
  expect([...oneStep, ...small].map(({ name }) => name).concat(loops, inputs).sort()).toEqual(Object.keys(golden).sort());
});

describe.each(GOLDEN_BACKENDS)('%s', (id) => {
  async function withModel<T>(learnSigma: boolean, use: (forward: (x: Float32Array, timestep: number, y?: Int32Array) => Promise<Float32Array>) => Promise<T>): Promise<T> {
    const config = learnSigma ? GOLDEN_CONFIG : GOLDEN_CONFIG_LS0;
    const model = await compileModel({ config, ranks: null, tensors: goldenWeights(learnSigma) }, { backend: getBackend(id), batch: BATCH, fixed: true, threads: 1 });
    try {
      return await use(async (x, timestep, y = labels) => Float32Array.from(await model.forward(x, new Int32Array(BATCH).fill(timestep), y)));
    } finally {
      await model.dispose();
    }
  }

  test.each([true, false])('one step, learned variance %s', (learnSigma) =>
    withModel(learnSigma, async (forward) => {
      const outputs = new Map<number, Float32Array>();
      const [x, noise] = [values('x'), values('noise')];
      const outputAt = async (timestep: number): Promise<Float32Array> => {
        const known = outputs.get(timestep) ?? (await forward(x, timestep));
        outputs.set(timestep, known);
        return known;
      };
      for (const { name, respacing, index, clip, quantity } of oneStep.filter((step) => step.learnSigma === learnSigma)) {
        const diffusion = createDiffusion(PROCESS, { learnSigma, respacing });
        const output = await outputAt(diffusion.schedule.timestepMap[index]);
        const result = (): Float32Array => {
          switch (quantity) {
            case 'p_sample': return ddpmStep(diffusion, index, x, output, { batch: BATCH, clip, noise });
            case 'ddim_eta0': return ddimStep(diffusion, index, x, output, { batch: BATCH, clip, eta: 0, noise });
            case 'ddim_eta0.7': return ddimStep(diffusion, index, x, output, { batch: BATCH, clip, eta: 0.7, noise });
            case 'pred_xstart': return stepPrediction(diffusion, index, x, output, BATCH, clip).xStart;
            case 'mean': return stepPrediction(diffusion, index, x, output, BATCH, clip).mean;
            case 'logvar': return stepPrediction(diffusion, index, x, output, BATCH, clip).logVariance;
            default: throw new Error(`The golden set has a quantity "${quantity}" that this test does not know.`);
          }
        };
        // A fixed variance is stored once per sample.
        const every = quantity === 'logvar' && !learnSigma ? x.length / BATCH : 1;
        const actual = result().filter((_, i) => i % every === 0);
        // Near pure noise the predicted picture is the prediction times 1 / sqrt(alpha) = 157: its own size is the measure there.
        expectGolden(id, 'sampling', name, actual, values(name), quantity === 'pred_xstart' ? { ...STEP, ofLargest: 1e-5 } : STEP);
      }
      if (!learnSigma)
        for (const { name, index } of small) {
          const diffusion = createDiffusion(PROCESS, { learnSigma, fixedVariance: 'fixed-small' });
          const output = await outputAt(index);
          expectGolden(id, 'sampling', name, ddpmStep(diffusion, index, x, output, { batch: BATCH, clip: false, noise }), values(name), STEP);
        }
    }));

  const loop = (sampler: Sampler, learnSigma: boolean, respacing: string, denoise: (x: Float32Array, timestep: number) => Promise<Float32Array>, x = values('loop_z'), batch = BATCH): Promise<Float32Array> => {
    const noises = values('loop5_noises');
    return sampler({ diffusion: createDiffusion(PROCESS, { learnSigma, respacing }), x, batch, denoise, noise: (position) => noises.slice(position * noises.length / 5, position * noises.length / 5 + x.length), clip: false, eta: 0 });
  };

  test.each(QUICK ? [false] : [true, false])('DDIM over ten steps, learned variance %s', (learnSigma) =>
    withModel(learnSigma, async (forward) => {
      const name = `loop_ddim10_ddim_ls${learnSigma ? 1 : 0}`;
      expectGolden(id, 'sampling', name, await loop(ddim, learnSigma, 'ddim10', (x, timestep) => forward(x, timestep)), values(name), LOOP);
    }));

  test.skipIf(QUICK)('DDPM over five steps, alone and guided', () =>
    withModel(true, async (forward) => {
      expectGolden(id, 'sampling', 'loop_5_p_ls1', await loop(ddpm, true, '5', (x, timestep) => forward(x, timestep)), values('loop_5_p_ls1'), LOOP);
      const each = values('loop_z').length / 2;
      const guided = guidedForward((x, timestep, y) => forward(x, timestep, y), [labels[0]], 5, 8, { scale: 4, channels: 'three', inChannels: 4 });
      const out = await loop(ddpm, true, '5', guided, values('loop_z').slice(0, each), 1);
      // The second row is the reference's unguided half, which is thrown away.
      expectGolden(id, 'sampling', 'loop_5_p_ls1_cfg', out, values('loop_5_p_ls1_cfg').slice(0, each), LOOP);
    }));
});
