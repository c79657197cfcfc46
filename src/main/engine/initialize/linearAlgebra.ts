/** Small dense factorisations in double precision (ml-matrix), on row-major float32 tensors. */
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { HostTensor } from '../tensor/types';

export interface Svd {
  /** [out, k], orthonormal columns. */
  U: Matrix;
  /** Descending, k = min(out, in). */
  s: number[];
  /** [in, k], orthonormal columns. */
  V: Matrix;
}

export function toMatrix(t: HostTensor): Matrix {
  const rows = t.shape[0];
  const columns = t.data.length / rows;
  const m = new Matrix(rows, columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) m.set(i, j, t.data[i * columns + j]);
  return m;
}

export function fromMatrix(m: Matrix): HostTensor {
  const data = new Float32Array(m.rows * m.columns);
  for (let i = 0; i < m.rows; i++) for (let j = 0; j < m.columns; j++) data[i * m.columns + j] = m.get(i, j);
  return { shape: [m.rows, m.columns], data };
}

/** Thin singular value decomposition W = U diag(s) V^T of a tensor seen as [first axis, rest]. */
export function svd(w: Matrix): Svd {
  const d = new SingularValueDecomposition(w, { autoTranspose: true });
  const k = Math.min(w.rows, w.columns);
  return {
    U: d.leftSingularVectors.subMatrix(0, w.rows - 1, 0, k - 1),
    s: d.diagonal.slice(0, k),
    V: d.rightSingularVectors.subMatrix(0, w.columns - 1, 0, k - 1),
  };
}

/** The best rank-`rank` approximation in the Frobenius norm (Eckart & Young 1936). */
export function truncate(w: Matrix, rank: number): Matrix {
  const { U, s, V } = svd(w);
  const k = Math.min(rank, s.length);
  const left = U.subMatrix(0, U.rows - 1, 0, k - 1);
  for (let j = 0; j < k; j++) for (let i = 0; i < left.rows; i++) left.set(i, j, left.get(i, j) * s[j]);
  return left.mmul(V.subMatrix(0, V.rows - 1, 0, k - 1).transpose());
}
