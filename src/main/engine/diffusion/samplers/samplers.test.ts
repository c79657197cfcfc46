import { describe, expect, test } from 'vitest';
import { SAMPLERS, type SamplerId } from '../../../../shared/config';
import { createDiffusion, type Diffusion } from '../gaussian';
import { samplers } from './index';

/**
 * Data that are Gaussian with this mean and deviation have a known score, so the ideal denoiser and the exact solution of the
 * diffusion ODE are formulas: (x - alpha mean) / sqrt(alpha^2 deviation^2 + sigma^2) is constant along a path.
 */
const MEAN = 0.4;
const DEVIATION = 0.6;

function idealDenoiser(diffusion: Diffusion) {
  return (x: Float32Array, _timestep: number, index: number): Promise<Float32Array> => {
    const kept = diffusion.schedule.alphasCumprod[index];
    const alpha = Math.sqrt(kept);
    return Promise.resolve(x.map((value) => (Math.sqrt(1 - kept) * (value - alpha * MEAN)) / (kept * DEVIATION ** 2 + 1 - kept)));
  };
}

async function run(id: SamplerId, steps: number, options: { start?: Float32Array; noise?: (position: number) => Float32Array; eta?: number; timesteps?: number } = {}): Promise<{ out: Float32Array; exact: Float32Array }> {
  const diffusion = createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, { learnSigma: false, respacing: String(steps) });
  const x = options.start ?? Float32Array.of(-1.5, -0.3, 0.8, 2);
  const none = (): Float32Array => new Float32Array(x.length);
  const out = await samplers[id]({ diffusion, x, batch: 1, denoise: idealDenoiser(diffusion), noise: options.noise ?? none, clip: false, eta: options.eta ?? 0 });
  const kept = diffusion.schedule.alphasCumprod[steps - 1];
  const exact = x.map((value) => MEAN + (DEVIATION * (value - Math.sqrt(kept) * MEAN)) / Math.sqrt(kept * DEVIATION ** 2 + 1 - kept));
  return { out, exact };
}

const error = ({ out, exact }: { out: Float32Array; exact: Float32Array }): number => Math.max(...out.map((value, i) => Math.abs(value - exact[i])));

describe('solvers of the diffusion ODE', () => {
  test.each(['ddim', 'dpm++2m', 'dpm++2m-bounded', 'unipc', 'unipc-bounded'] as const)('%s reaches the exact solution with many steps', async (id) => {
    expect(error(await run(id, 400))).toBeLessThan(1.5e-2);
  });

  test('the bounded second-order solvers are far closer than DDIM at 20 steps, and than the published ones', async () => {
    const first = error(await run('ddim', 20));
    for (const id of ['dpm++2m', 'unipc'] as const) {
      const bounded = error(await run(`${id}-bounded`, 20));
      expect(bounded).toBeLessThan(first / 3);
      expect(bounded).toBeLessThan(error(await run(id, 20)) / 2);
    }
  });

  test('UniPC is closer than DPM-Solver++ where steps are few: its corrector adds an order', async () => {
    expect(error(await run('unipc-bounded', 8))).toBeLessThan(error(await run('dpm++2m-bounded', 8)));
  });

  test.each(['dpm++2m', 'dpm++2m-bounded', 'unipc', 'unipc-bounded'] as const)('%s with one step is DDIM with one step', async (id) => {
    expect(Array.from((await run(id, 1)).out)).toEqual(Array.from((await run('ddim', 1)).out, (v) => expect.closeTo(v, 5)));
  });
});

test('DDPM and DDIM with eta 1 draw from the data distribution', async () => {
  let state = 12345;
  const uniform = (): number => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) + 0.5) / 2 ** 32;
  const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  for (const id of ['ddpm', 'ddim'] as const) {
    const { out } = await run(id, 100, { start: normals(4000), noise: () => normals(4000), eta: 1 });
    const mean = out.reduce((a, b) => a + b) / out.length;
    const deviation = Math.sqrt(out.reduce((a, b) => a + (b - mean) ** 2, 0) / out.length);
    expect(mean).toBeCloseTo(MEAN, 1);
    expect(Math.abs(deviation - DEVIATION)).toBeLessThan(0.06);
  }
});

describe.each(SAMPLERS)('%s', (id) => {
  const diffusion = createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, { learnSigma: false, respacing: 'ddim10' });

  test('tells the model the steps of the full process, noisiest first, and reports each', async () => {
    const told: number[] = [];
    const progress: number[] = [];
    const x = Float32Array.of(1, -1);
    await samplers[id]({
      diffusion, x, batch: 2, clip: true, eta: 0, noise: () => new Float32Array(2),
      denoise: (value, timestep) => { told.push(timestep); return Promise.resolve(value.map((v) => v / 2)); },
      progress: (done, total) => { expect(total).toBe(10); progress.push(done); },
    });
    expect(told).toEqual([900, 800, 700, 600, 500, 400, 300, 200, 100, 0]);
    expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(Array.from(x)).toEqual([1, -1]);
  });

  test('ignores the variance channels of a model that learns them, unless it draws noise', async () => {
    if (id === 'ddpm') return;
    const plain = await samplers[id]({ diffusion, x: Float32Array.of(1, -1), batch: 2, clip: false, eta: 0, noise: () => new Float32Array(2), denoise: (v) => Promise.resolve(v.map((q) => q / 2)) });
    const learned = await samplers[id]({ diffusion, x: Float32Array.of(1, -1), batch: 2, clip: false, eta: 0, noise: () => new Float32Array(2), denoise: (v) => Promise.resolve(Float32Array.of(v[0] / 2, 7, v[1] / 2, -7)) });
    expect(Array.from(learned)).toEqual(Array.from(plain));
  });

  test('stops when the progress callback throws', async () => {
    const stopping = samplers[id]({ diffusion, x: Float32Array.of(1), batch: 1, clip: true, eta: 0, noise: () => new Float32Array(1), denoise: (v) => Promise.resolve(v), progress: () => { throw new Error('stop'); } });
    await expect(stopping).rejects.toThrow('stop');
  });
});
