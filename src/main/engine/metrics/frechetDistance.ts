/**
 * Frechet distance between two Gaussians (Dowson & Landau 1982), the FID of Heusel et al. 2017 (equation 6) when the features
 * are Inception's:  |m1 - m2|^2 + tr(C1) + tr(C2) - 2 tr (C1 C2)^(1/2).
 */
import { SingularValueDecomposition } from 'ml-matrix';
import { type Features, assertComparable } from './features';
import { type GaussianFit, covarianceTrace, fitGaussian } from './gaussianFit';

/**
 * With C = L^T L, the eigenvalues of C1 C2 are the squared singular values of L1 L2^T, so the last trace is the sum of those
 * singular values: no square root of a singular or slightly negative matrix is ever taken, whatever the ranks.
 */
export function frechetDistanceOfFits(a: GaussianFit, b: GaussianFit): number {
  let meanTerm = 0;
  for (let k = 0; k < a.mean.length; k++) meanTerm += (a.mean[k] - b.mean[k]) ** 2;
  const cross = a.factor.mmul(b.factor.transpose());
  const { diagonal } = new SingularValueDecomposition(cross, { computeLeftSingularVectors: false, computeRightSingularVectors: false, autoTranspose: true });
  return meanTerm + covarianceTrace(a) + covarianceTrace(b) - 2 * diagonal.reduce((sum, value) => sum + value, 0);
}

/** Of two sets of features; 0 for equal ones. Rounding may leave a tiny negative value, which is not hidden. */
export function frechetDistance(a: Features, b: Features): number {
  assertComparable(a, b, 2);
  return frechetDistanceOfFits(fitGaussian(a), fitGaussian(b));
}
