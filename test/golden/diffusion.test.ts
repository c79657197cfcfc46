/** Schedules and losses against the official code's numbers. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createDiffusion } from '../../src/main/engine/diffusion/gaussian';
import { diffusionLoss, noisyImage, priorBits, type LossKind } from '../../src/main/engine/diffusion/loss';
import { reachableDdimCounts, respacedTimesteps } from '../../src/main/engine/diffusion/respace';
import { noiseBetas, scheduleTables, type Schedule } from '../../src/main/engine/diffusion/schedule';
import { ditForward } from '../../src/main/engine/model/dit';
import type { DiffusionConfig } from '../../src/shared/config';
import { GOLDEN_BACKENDS, type GoldenBackend, evaluate } from './evaluate';
import { FIXTURES, GOLDEN_CONFIG, GOLDEN_CONFIG_LS0, expectGolden, goldenWeights, readGolden } from './fixtures';

const LINEAR: DiffusionConfig = { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' };

interface Tables { indices: number[]; schedules: Record<string, Record<string, unknown>>; respacing: Record<string, Record<string, number[]> & { num_timesteps: number }>; ddimN_unreachable_for_1000_N_le_100: number[] }
const tables = JSON.parse(readFileSync(resolve(FIXTURES, 'dit-tiny/diffusion_tables.json'), 'utf8')) as Tables;
const COLUMNS: Record<string, keyof Schedule> = { betas: 'betas', alphas_cumprod: 'alphasCumprod', alphas_cumprod_prev: 'alphasCumprodPrev', alphas_cumprod_next: 'alphasCumprodNext', sqrt_alphas_cumprod: 'sqrtAlphasCumprod', sqrt_one_minus_alphas_cumprod: 'sqrtOneMinusAlphasCumprod', log_one_minus_alphas_cumprod: 'logOneMinusAlphasCumprod', sqrt_recip_alphas_cumprod: 'sqrtRecipAlphasCumprod', sqrt_recipm1_alphas_cumprod: 'sqrtRecipm1AlphasCumprod', posterior_variance: 'posteriorVariance', posterior_log_variance_clipped: 'posteriorLogVarianceClipped', posterior_mean_coef1: 'posteriorMeanCoef1', posterior_mean_coef2: 'posteriorMeanCoef2' };
const TABLE = { relative: 1e-12 };

describe('schedule tables', () => {
  test.each(['linear', 'squaredcos_cap_v2'] as const)('%s', (name) => {
    const schedule = createDiffusion({ ...LINEAR, schedule: name }, { learnSigma: false }).schedule;
    const sums = tables.schedules[name].sums_over_all_1000 as Record<string, number>;
    for (const [official, own] of Object.entries(COLUMNS)) {
      const values = schedule[own] as Float64Array;
      expectGolden('exact', 'diffusion_tables', `${name}.${official}`, tables.indices.map((i) => values[i]), tables.schedules[name][official] as number[], TABLE);
      if (official in sums) expectGolden('exact', 'diffusion_tables', `${name}.sum.${official}`, [values.reduce((a, b) => a + b, 0)], [sums[official]], TABLE);
    }
    const betas = noiseBetas(name, 250);
    expectGolden('exact', 'diffusion_tables', `${name}.T250`, [0, 1, 100, 248, 249].map((i) => betas[i]), tables.schedules[name].raw_betas_for_T_250 as number[], TABLE);
    expect(scheduleTables(betas, Int32Array.from({ length: 250 }, (_, i) => i)).steps).toBe(250);
  });

  test.each(Object.keys(tables.respacing))('respacing %s', (spec) => {
    const expected = tables.respacing[spec];
    expect(respacedTimesteps(1000, spec)).toEqual(expected.timestep_map);
    const { schedule } = createDiffusion(LINEAR, { learnSigma: false, respacing: spec });
    expect(schedule.steps).toBe(expected.num_timesteps);
    for (const [official, own] of Object.entries(COLUMNS)) {
      if (!(official in expected)) continue;
      expectGolden('exact', 'diffusion_tables', `${spec}.${official}`, expected.sample_indices.map((i) => (schedule[own] as Float64Array)[i]), expected[official], TABLE);
    }
  });

  test('counts that ddimN cannot reach', () => {
    const reachable = new Set(reachableDdimCounts(1000));
    expect(Array.from({ length: 100 }, (_, i) => i + 1).filter((n) => !reachable.has(n))).toEqual(tables.ddimN_unreachable_for_1000_N_le_100);
    for (const n of tables.ddimN_unreachable_for_1000_N_le_100) expect(() => respacedTimesteps(1000, `ddim${n}`)).toThrow();
  });
});

const loss = readGolden('loss');

describe.each<GoldenBackend>(GOLDEN_BACKENDS)('%s', (backend) => {
  test('losses per sample', async () => {
    const losses = async (ls: 0 | 1, config: Partial<DiffusionConfig>, kind: LossKind, respacing = '', t: Int32Array = loss.t.data as Int32Array) => {
      const diffusion = createDiffusion({ ...LINEAR, ...config }, { learnSigma: ls === 1, respacing });
      return evaluate(backend, goldenWeights(ls === 1), { x0: loss.x_start, noise: loss.noise, index: { shape: [3], data: t }, t: { shape: [3], data: t.map((i) => diffusion.schedule.timestepMap[i]) }, y: loss.y }, (w, { x0, noise, index, t: told, y }) => {
        const xNoisy = noisyImage(diffusion, x0, index, noise);
        const output = ditForward(ls === 1 ? GOLDEN_CONFIG : GOLDEN_CONFIG_LS0, w, { x: xNoisy, t: told, y });
        const { loss: total, mse, vb } = diffusionLoss(diffusion, { output, xStart: x0, xNoisy, noise, index }, kind);
        return { x_t: xNoisy, loss: total, ...(mse ? { mse } : {}), ...(vb ? { vb } : {}), prior: priorBits(diffusion, x0) };
      });
    };
    const close = { relative: 1e-5 };
    // The decoder term at t = 0 takes logarithms of differences of nearly equal numbers: the fixture asks to compare with float64 there.
    // A shader's tanh has fewer digits than the processor's, and that term is a difference of two of them.
    const bits = { relative: backend === 'webgpu' ? 5e-5 : 1e-5, absolute: 1e-5 };
    const ls1 = await losses(1, {}, 'mse');
    expectGolden(backend, 'loss', 'x_t', ls1.x_t, loss.x_t.data, { absolute: 1e-6 });
    expectGolden(backend, 'loss', 'ls1_mse', ls1.mse, loss.ls1_mse.data, close);
    expectGolden(backend, 'loss', 'ls1_mse_f64', ls1.mse, loss.ls1_mse_f64.data, close);
    expectGolden(backend, 'loss', 'ls1_vb_f64', ls1.vb, loss.ls1_vb_f64.data, bits);
    expectGolden(backend, 'loss', 'ls1_loss', ls1.loss, loss.ls1_loss.data, close);
    // A small difference of numbers near one: float32 leaves it no more digits.
    expectGolden(backend, 'loss', 'ls1_prior_bpd', ls1.prior, loss.ls1_prior_bpd.data, bits);
    const ls0 = await losses(0, {}, 'mse');
    expectGolden(backend, 'loss', 'ls0_mse', ls0.mse, loss.ls0_mse.data, close);
    expectGolden(backend, 'loss', 'ls0_mse_f64', ls0.mse, loss.ls0_mse_f64.data, close);
    expectGolden(backend, 'loss', 'ls1_kl_loss', (await losses(1, {}, 'kl')).loss, loss.ls1_kl_loss.data, { ...bits, absolute: 1e-2 });
    expectGolden(backend, 'loss', 'ls1_xstart_mse', (await losses(1, { prediction: 'x0' }, 'mse')).mse, loss.ls1_xstart_mse.data, close);
    const cosine = await losses(1, { schedule: 'squaredcos_cap_v2' }, 'mse');
    expectGolden(backend, 'loss', 'ls1_cosine_mse', cosine.mse, loss.ls1_cosine_mse.data, close);
    expectGolden(backend, 'loss', 'ls1_cosine_vb', cosine.vb, loss.ls1_cosine_vb.data, bits);
    const rescaled = await losses(1, {}, 'rescaled-mse', '100', Int32Array.of(0, 41, 99));
    expectGolden(backend, 'loss', 'ls1_rescaled_vb_100', rescaled.vb, loss.ls1_rescaled_vb_100.data, bits);
  });
});
