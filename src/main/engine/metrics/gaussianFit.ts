/**
 * A Gaussian fitted to features, its covariance kept as a factor L with L^T L = covariance. Working with L and never with the
 * covariance itself keeps half of the digits that a near-singular covariance would lose.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Features } from './features';

export interface GaussianFit {
  mean: Float64Array;
  /** [rows, dimension], rows <= dimension. */
  factor: Matrix;
  count: number;
}

/** Mean and sample covariance (divided by N - 1). The factor is the R of a Householder QR of the centred rows. */
export function fitGaussian({ data, count, dimension }: Features): GaussianFit {
  if (count < 2) throw new Error('a covariance needs at least two samples');
  const mean = new Float64Array(dimension);
  for (let i = 0; i < count; i++) for (let k = 0; k < dimension; k++) mean[k] += data[i * dimension + k];
  for (let k = 0; k < dimension; k++) mean[k] /= count;
  const scale = 1 / Math.sqrt(count - 1);
  const columns = Array.from({ length: dimension }, (_, k) => Float64Array.from({ length: count }, (_unused, i) => (data[i * dimension + k] - mean[k]) * scale));
  return { mean, factor: triangularFactor(columns, count), count };
}

/** From known moments; `covariance` symmetric positive semi-definite. Negative eigenvalues of rounding are taken as zero. */
export function fitFromMoments(mean: ArrayLike<number>, covariance: Matrix, count: number): GaussianFit {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const factor = eigenvectorMatrix.transpose();
  realEigenvalues.forEach((value, row) => factor.mulRow(row, Math.sqrt(Math.max(0, value))));
  return { mean: Float64Array.from(mean), factor, count };
}

/** Trace of the covariance: the squared Frobenius norm of the factor. */
export function covarianceTrace({ factor }: GaussianFit): number {
  const norm = factor.norm('frobenius');
  return norm * norm;
}

/** R [min(rows, n), n] of the QR decomposition of a matrix given by its n columns, which are overwritten. */
function triangularFactor(columns: Float64Array[], rows: number): Matrix {
  const n = columns.length;
  const steps = Math.min(rows, n);
  for (let k = 0; k < steps; k++) {
    const pivot = columns[k];
    let norm = 0;
    for (let i = k; i < rows; i++) norm += pivot[i] * pivot[i];
    norm = Math.sqrt(norm);
    if (norm === 0) continue;
    // The sign away from the pivot avoids cancellation.
    const diagonal = pivot[k] > 0 ? -norm : norm;
    const head = pivot[k] - diagonal;
    const beta = -1 / (diagonal * head);
    pivot[k] = head;
    for (let j = k + 1; j < n; j++) {
      const column = columns[j];
      let dot = 0;
      for (let i = k; i < rows; i++) dot += pivot[i] * column[i];
      dot *= beta;
      for (let i = k; i < rows; i++) column[i] -= dot * pivot[i];
    }
    pivot[k] = diagonal;
    pivot.fill(0, k + 1);
  }
  const factor = Matrix.zeros(steps, n);
  for (let i = 0; i < steps; i++) for (let j = i; j < n; j++) factor.set(i, j, columns[j][i]);
  return factor;
}
