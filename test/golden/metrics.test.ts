/** Every quality measure against the reference figures of test/fixtures/dit-tiny/metrics.json (float64, partly 40 digits). */
import { readFileSync } from 'node:fs';
import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { featureRows, featuresFromRows } from '../../src/main/engine/metrics/features';
import { frechetDistance, frechetDistanceOfFits } from '../../src/main/engine/metrics/frechetDistance';
import { covarianceTrace, fitFromMoments, fitGaussian } from '../../src/main/engine/metrics/gaussianFit';
import { inceptionScore } from '../../src/main/engine/metrics/inceptionScore';
import { kernelDistance } from '../../src/main/engine/metrics/kernelDistance';
import { manifoldScores, squaredRadii } from '../../src/main/engine/metrics/manifold';
import { slicedWasserstein } from '../../src/main/engine/metrics/wasserstein';
import { noteDeviation } from './fixtures';

const { cases } = JSON.parse(readFileSync('test/fixtures/dit-tiny/metrics.json', 'utf8'));
function near(value: number, reference: number, relative: number): void {
  const maxAbs = Math.abs(value - reference);
  noteDeviation({ backend: 'exact', file: 'metrics', tensor: expect.getState().currentTestName ?? '', maxAbs, scale: Math.abs(reference) });
  expect(maxAbs).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(reference)));
}
const regular = { a: featuresFromRows(cases.fid_regular.x1), b: featuresFromRows(cases.fid_regular.x2) };

describe('Frechet distance', () => {
  // The last two are where square roots of matrices fail: float64 algorithms are off by 1e-6 there, the factor form is not.
  test.each(['fid_regular', 'fid_near_singular', 'fid_rank_deficient'])('%s agrees with 40 digits', (name) => {
    const c = cases[name];
    const [a, b] = [featuresFromRows(c.x1), featuresFromRows(c.x2)];
    near(covarianceTrace(fitGaussian(a)), c.trace_cov1, 1e-12);
    near(covarianceTrace(fitGaussian(b)), c.trace_cov2, 1e-12);
    near(frechetDistance(a, b), c.fid_40_digits, 1e-12);
    near(frechetDistance(b, a), c.fid_40_digits, 1e-12);
  });

  test('is zero between a set and itself', () => {
    expect(Math.abs(frechetDistance(regular.a, regular.a))).toBeLessThan(1e-11);
  });

  test('closed form of diagonal covariances, from moments', () => {
    const c = cases.fid_diagonal_exact;
    near(frechetDistanceOfFits(fitFromMoments(c.mu1, Matrix.diag(c.diag1), 10), fitFromMoments(c.mu2, Matrix.diag(c.diag2), 10)), c.fid, 1e-13);
  });
});

test('Inception Score with one split and with ten', () => {
  const c = cases.inception_score;
  const p = featuresFromRows(c.p);
  near(inceptionScore(p, 1).mean, c.splits_1, 1e-12);
  const ten = inceptionScore(p, 10);
  ten.values.forEach((v, i) => near(v, c.splits_10_values[i], 1e-12));
  near(ten.mean, c.splits_10_mean, 1e-12);
  near(ten.std, c.splits_10_std, 1e-12);
});

test('Inception Score leaves no sample out where the splits do not divide them', () => {
  // Computed with torch-fidelity 0.4.0 (isc_features_to_metric, not shuffled): rows 0-1, 2-3 and 4-6.
  const rows = [[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.25, 0.5, 0.25], [1, 0, 0], [0.3, 0.3, 0.4], [0.05, 0.9, 0.05], [0.6, 0.3, 0.1]];
  const { values, mean } = inceptionScore(featuresFromRows(rows), 3);
  [1.3364108465114048, 1.4628632799836594, 1.2560580235741543].forEach((score, i) => near(values[i], score, 1e-12));
  near(mean, 1.3517773833564062, 1e-12);
});

test.each([3, 5])('precision, recall, density and coverage with k = %i', (k) => {
  const c = cases.precision_recall;
  const [real, fake] = [featuresFromRows(c.real), featuresFromRows(c.fake)];
  const expected = c[`k${k}`];
  squaredRadii(real, k).subarray(0, 5).forEach((r, i) => near(Math.sqrt(r), expected.radii_real_first5[i], 1e-12));
  squaredRadii(fake, k).subarray(0, 5).forEach((r, i) => near(Math.sqrt(r), expected.radii_fake_first5[i], 1e-12));
  const scores = manifoldScores(real, fake, k);
  for (const name of ['precision', 'recall', 'density', 'coverage'] as const) near(scores[name], expected[name], 1e-14);
});

test('density and coverage can look further than precision and recall', () => {
  const c = cases.precision_recall;
  const { precision, recall, density, coverage } = manifoldScores(featuresFromRows(c.real), featuresFromRows(c.fake), 3, 5);
  expect([precision, recall]).toEqual([c.k3.precision, c.k3.recall]);
  near(density, c.k5.density, 1e-14);
  near(coverage, c.k5.coverage, 1e-14);
});

test('kernel distance, unbiased and biased', () => {
  const c = cases.kid;
  const [x1, x2] = [featureRows(regular.a, 0, 120), featureRows(regular.b, 0, 100)];
  near(kernelDistance(x1, x2), c.unbiased, 1e-11);
  near(kernelDistance(x1, x2, { biased: true }), c.biased, 1e-11);
  const [first, second] = [featureRows(regular.a, 0, 100), featureRows(regular.a, 100, 200)];
  near(kernelDistance(first, second), c.same_dist_unbiased, 1e-11);
  near(kernelDistance(first, second, { biased: true }), c.same_dist_biased, 1e-11);
});

test('Wasserstein distance along fixed directions', () => {
  const c = cases.sliced_w1;
  const { mean, values } = slicedWasserstein(regular.a, regular.b, featuresFromRows(c.directions));
  values.forEach((v, i) => near(v, c.w1[i], 1e-12));
  near(mean, c.mean, 1e-12);
});
