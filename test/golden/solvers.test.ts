/** Whole runs of every published sampler against another implementation's numbers (test/fixtures/solvers.json says which), on a model that is a formula. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createDiffusion } from '../../src/main/engine/diffusion/gaussian';
import { samplers } from '../../src/main/engine/diffusion/samplers';
import type { DiffusionConfig, SamplerId } from '../../src/shared/config';

interface Case extends DiffusionConfig {
  sampler: SamplerId;
  steps: string;
  eta?: number;
  clip?: boolean;
  variance?: 'fixed-large' | 'fixed-small' | 'learned-range';
  out: number[];
}
const { start, cases } = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/solvers.json'), 'utf8')) as { start: number[]; cases: Case[] };

async function run({ sampler, steps, eta = 0, clip = false, variance = 'fixed-large', ...config }: Case): Promise<number[]> {
  const learnSigma = variance === 'learned-range';
  const diffusion = createDiffusion(config, learnSigma ? { learnSigma, respacing: steps } : { learnSigma, respacing: steps, fixedVariance: variance });
  const out = await samplers[sampler]({
    diffusion, batch: 1, clip, eta,
    x: Float32Array.from(start),
    denoise: (x, t) => {
      const prediction = Array.from(x, (v, i) => 0.6 * v + 0.3 * Math.sin(2 * v + t / 150 + i));
      return Promise.resolve(Float32Array.from(learnSigma ? [...prediction, ...Array.from(x, (v) => Math.sin(v + t / 100))] : prediction));
    },
    noise: (position) => Float32Array.from(start, (_, i) => Math.sin(1.7 * (position + 1) * (i + 1)) * 1.5),
  });
  return Array.from(out);
}

describe('samplers of another implementation', () => {
  // Samples are kept in float32; an unclipped prediction of noise divides rounding by the signal that is left, so the path's size counts.
  test.each(cases.map((c) => [`${c.sampler} ${c.steps} of ${c.timesteps}, ${c.schedule}, ${c.prediction}`, c] as const))('%s', async (_, c) => {
    const size = Math.max(1, ...c.out.map(Math.abs));
    const found = await run(c);
    found.forEach((value, i) => expect(Math.abs(value - c.out[i])).toBeLessThan(2e-5 * size));
  });

  test('the bounded forms are other methods where steps grow', async () => {
    for (const c of cases.filter(({ sampler, steps }) => (sampler === 'dpm++2m' || sampler === 'unipc') && steps === '20')) {
      const bounded = await run({ ...c, sampler: `${c.sampler}-bounded` as SamplerId });
      expect(Math.max(...bounded.map((value, i) => Math.abs(value - c.out[i])))).toBeGreaterThan(1e-3);
    }
  });
});
