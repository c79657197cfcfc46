/** Single steps and whole runs of the samplers against the official code's numbers. */
import { describe, expect, test } from 'vitest';
import { createDiffusion, stepPrediction, type Diffusion } from '../../src/main/engine/diffusion/gaussian';
import { samplers } from '../../src/main/engine/diffusion/samplers';
import { ddimStep } from '../../src/main/engine/diffusion/samplers/ddim';
import { ddpmStep } from '../../src/main/engine/diffusion/samplers/ddpm';
import { ditForward } from '../../src/main/engine/model/dit';
import { guide } from '../../src/main/engine/model/guidance';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { GOLDEN_BACKENDS, type GoldenBackend } from './evaluate';
import { GOLDEN_CONFIG, GOLDEN_CONFIG_LS0, expectGolden, goldenWeights, readGolden } from './fixtures';

const golden = readGolden('sampling');
const values = (name: string): Float32Array => golden[name].data as Float32Array;
const X = values('x');
const Y = golden.y.data as Int32Array;
const NOISE = values('noise');
const BATCH = 2;

type Ls = 0 | 1;
type Model = (x: Float32Array, timestep: number, y?: Int32Array) => Promise<Float32Array>;

/** Runs `use` with the model on a backend, compiled once for two images. */
async function withModel(backend: GoldenBackend, ls: Ls, use: (model: Model) => Promise<void>): Promise<void> {
  const weights = goldenWeights(ls === 1);
  const program = await getBackend(backend).compile({
    name: 'sample',
    constants: weights,
    state: {},
    inputs: { x: { shape: [BATCH, 4, 8, 8], dtype: 'float32' }, t: { shape: [BATCH], dtype: 'int32' }, y: { shape: [BATCH], dtype: 'int32' } },
    body: ({ constants, inputs: { x, t, y } }) => ({ state: {}, outputs: { out: ditForward(ls === 1 ? GOLDEN_CONFIG : GOLDEN_CONFIG_LS0, constants, { x, t, y }) } }),
  });
  try {
    await use(async (x, timestep, y = Y) => (await program.run({ x, t: new Int32Array(BATCH).fill(timestep), y })).outputs.out);
  } finally {
    await program.dispose();
  }
}

function processOf(ls: Ls, respacing: string, fixedVariance?: 'fixed-small'): Diffusion {
  return createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, { learnSigma: ls === 1, respacing, fixedVariance });
}

interface Case {
  name: string;
  ls: Ls;
  respacing: string;
  index: number;
  clip: boolean;
  quantity: string;
}
const CASES: Case[] = Object.keys(golden).flatMap((name) => {
  const match = /^ls([01])_r\[(.*)\]_t(\d+)_clip([01])_(.+)$/.exec(name);
  return match ? [{ name, ls: Number(match[1]) as Ls, respacing: match[2], index: Number(match[3]), clip: match[4] === '1', quantity: match[5] }] : [];
});

/**
 * The official value is of float32 throughout; a step near the noisy end divides by sqrt(abar), up to 157, which multiplies the
 * rounding of the model's output. So the allowance is 2e-5, or that share of the tensor's largest entry where that is above 1.
 */
const STEP = { absolute: 2e-5, ofLargest: 2e-5 };

function stepQuantity({ quantity, index, clip }: Case, diffusion: Diffusion, output: Float32Array): Float32Array {
  switch (quantity) {
    case 'p_sample': return ddpmStep(diffusion, index, X, output, { batch: BATCH, clip, noise: NOISE });
    case 'ddim_eta0': return ddimStep(diffusion, index, X, output, { batch: BATCH, clip, eta: 0, noise: NOISE });
    case 'ddim_eta0.7': return ddimStep(diffusion, index, X, output, { batch: BATCH, clip, eta: 0.7, noise: NOISE });
    case 'pred_xstart': return stepPrediction(diffusion, index, X, output, BATCH, clip).xStart;
    case 'mean': return stepPrediction(diffusion, index, X, output, BATCH, clip).mean;
    case 'logvar': return stepPrediction(diffusion, index, X, output, BATCH, clip).logVariance;
    default: throw new Error(`The golden set has a quantity that nothing compares: ${quantity}`);
  }
}

test('the golden set has all single steps', () => {
  expect(CASES).toHaveLength(132);
});

describe.each(GOLDEN_BACKENDS)('%s', (backend) => {
  test.each([0, 1] as const)('single steps (%i)', (ls) =>
    withModel(backend, ls, async (model) => {
      const outputs = new Map<number, Float32Array>();
      for (const step of CASES.filter((one) => one.ls === ls)) {
        const diffusion = processOf(ls, step.respacing);
        const timestep = diffusion.schedule.timestepMap[step.index];
        const output = outputs.get(timestep) ?? (await model(X, timestep));
        outputs.set(timestep, output);
        const expected = values(step.name);
        const actual = stepQuantity(step, diffusion, output);
        // A fixed log-variance is stored once per sample.
        const comparable = actual.length === expected.length ? actual : Float32Array.from(expected, (_, i) => actual[(i * actual.length) / expected.length]);
        expectGolden(backend, 'sampling', step.name, comparable, expected, STEP);
      }
    }),
  );

  test('single steps with the small fixed variance', () =>
    withModel(backend, 0, async (model) => {
      const diffusion = processOf(0, '', 'fixed-small');
      for (const index of [0, 1, 333, 999]) {
        const output = await model(X, index);
        expectGolden(backend, 'sampling', `ls0_small_t${index}_p_sample`, ddpmStep(diffusion, index, X, output, { batch: BATCH, clip: false, noise: NOISE }), values(`ls0_small_t${index}_p_sample`), STEP);
      }
    }));

  test.each([0, 1] as const)('a whole run of DDIM (%i)', (ls) =>
    withModel(backend, ls, async (model) => {
      const out = await samplers.ddim({ diffusion: processOf(ls, 'ddim10'), x: values('loop_z'), batch: BATCH, denoise: (x, t) => model(x, t), noise: () => NOISE, clip: false, eta: 0 });
      expectGolden(backend, 'sampling', `loop_ddim10_ddim_ls${ls}`, out, values(`loop_ddim10_ddim_ls${ls}`), STEP);
    }),
  );

  test('whole runs of DDPM, plain and guided', () =>
    withModel(backend, 1, async (model) => {
      const all = values('loop5_noises');
      const noise = (position: number): Float32Array => all.subarray(position * X.length, (position + 1) * X.length);
      const plain = await samplers.ddpm({ diffusion: processOf(1, '5'), x: values('loop_z'), batch: BATCH, denoise: (x, t) => model(x, t), noise, clip: false, eta: 0 });
      expectGolden(backend, 'sampling', 'loop_5_p_ls1', plain, values('loop_5_p_ls1'), STEP);

      const half = X.length / 2;
      const start = Float32Array.from(X, (_, i) => values('loop_z')[i % half]);
      const guided = await samplers.ddpm({
        diffusion: processOf(1, '5'), x: start, batch: BATCH, noise, clip: false, eta: 0,
        denoise: async (x, t) => {
          const doubled = Float32Array.from(x, (_, i) => x[i % half]);
          return guide(await model(doubled, t, Int32Array.of(1, GOLDEN_CONFIG.numClasses)), 2, 8, { scale: 4, channels: 'three', inChannels: 4 });
        },
      });
      expectGolden(backend, 'sampling', 'loop_5_p_ls1_cfg', guided, values('loop_5_p_ls1_cfg'), STEP);
    }));
});
