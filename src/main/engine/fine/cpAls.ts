/**
 * Shared factors of a dense model: W(l) ~ U diag(sigma(l)) V^T for all layers of a type at once. That is a CP (PARAFAC)
 * decomposition of the stacked weights, W[l, i, j] = sum_k sigma[l, k] U[i, k] V[j, k] (Carroll & Chang 1970; Harshman 1970),
 * found by alternating least squares: with two of the three fixed, the third is the solution of a linear system whose matrix is
 * the Hadamard product of two Gram matrices (Kolda & Bader 2009, section 3.4).
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { AppError } from '../../../shared/errors';
import { STREAMS, counterRandom } from '../random';
import { tf } from '../tensor/tf';
import type { Backend, Program } from '../tensor/types';

export interface CpOptions {
  rank: number;
  iterations: number;
  seed: number;
  backend: Backend;
  /** Called after each iteration with the relative error so far. May throw to stop. */
  onIteration?(done: number, error: number): void;
}

export interface CpFactors {
  /** [out, r] and [in, r] with columns of norm 1. */
  U: Float32Array;
  V: Float32Array;
  /** [layers][r]. */
  sigma: Float32Array[];
  /** Norm of what is left over the norm of W, per layer. */
  errors: number[];
}

/** Share of the mean diagonal that is added to it, so that collinear components cannot make the system singular. */
const RIDGE = 1e-6;
/** Gain in relative error per iteration below which it stops. */
const SETTLED = 1e-6;

/** `layers` holds W [out, in] of every layer. The products with W run on the backend, the small systems in float64. */
export async function cpAls(layers: readonly Float32Array[], out: number, inputs: number, options: CpOptions): Promise<CpFactors> {
  const { rank, iterations, seed, backend } = options;
  const L = layers.length;
  const stacked = new Float32Array(L * out * inputs);
  layers.forEach((W, l) => stacked.set(W, l * out * inputs));
  const squaredNorm = layers.map((W) => W.reduce((sum, w) => sum + w * w, 0));
  if (squaredNorm.some((n) => !Number.isFinite(n))) throw new AppError('format', 'The weights hold values that are not finite numbers.', { cause: 'The training that made them has probably diverged.' });

  const draw = (index: number, n: number): Float32Array => counterRandom(seed, STREAMS.factorisation, index).normals(n);
  let U = new Matrix(rows(draw(100, out * rank), rank));
  let V = new Matrix(rows(draw(101, inputs * rank), rank));
  let S = new Matrix(rows(draw(102, L * rank), rank));
  // adaLN before training: nothing to find, and no system to solve.
  if (squaredNorm.every((n) => n === 0)) return { U: flat(unitColumns(U)), V: flat(unitColumns(V)), sigma: layers.map(() => new Float32Array(rank)), errors: layers.map(() => 0) };
  const products = await Products.compile(backend, { data: stacked, shape: [L, out, inputs] }, rank);
  try {
    let before = Infinity;
    let errors: number[] = [];
    for (let done = 1; done <= iterations; done++) {
      V = unitColumns(solve(await products.forV(U, S), hadamard(gram(U), gram(S))));
      U = unitColumns(solve(await products.forU(V, S), hadamard(gram(V), gram(S))));
      const projections = await products.forS(U, V);
      const system = hadamard(gram(U), gram(V));
      S = solve(projections, system);
      errors = relativeErrors(S, projections, system, squaredNorm);
      const error = Math.sqrt(errors.reduce((sum, e, l) => sum + e * e * squaredNorm[l], 0) / Math.max(squaredNorm.reduce((a, b) => a + b, 0), Number.MIN_VALUE));
      options.onIteration?.(done, error);
      if (before - error < SETTLED && done > 5) break;
      before = error;
    }
    return { U: flat(U), V: flat(V), sigma: S.to2DArray().map((row) => Float32Array.from(row)), errors };
  } finally {
    await products.dispose();
  }
}

/** ||W - W'||^2 = ||W||^2 - 2 s.p + s^T G s per layer, with p the projections of W on the components. */
function relativeErrors(S: Matrix, projections: Matrix, system: Matrix, squaredNorm: readonly number[]): number[] {
  const GS = S.mmul(system);
  return squaredNorm.map((norm, l) => {
    if (norm === 0) return 0;
    let left = norm;
    for (let k = 0; k < S.columns; k++) left += S.get(l, k) * (GS.get(l, k) - 2 * projections.get(l, k));
    return Math.sqrt(Math.max(left, 0) / norm);
  });
}

/** The three products of the stacked weights with two factors each ("matricised tensor times Khatri-Rao product"). */
class Products {
  private constructor(
    private readonly rank: number,
    private readonly programs: { V: Program; U: Program; S: Program },
  ) {}

  static async compile(backend: Backend, W: { data: Float32Array; shape: number[] }, rank: number): Promise<Products> {
    const [L, O, I] = W.shape;
    const make = (name: string, inputs: Record<string, number[]>, out: (W: tf.Tensor, given: Record<string, tf.Tensor>) => tf.Tensor): Promise<Program> =>
      backend.compile({
        name: `cp-${name}`,
        constants: { W },
        state: {},
        inputs: Object.fromEntries(Object.entries(inputs).map(([key, shape]) => [key, { shape, dtype: 'float32' as const }])),
        body: ({ constants, inputs: given }) => ({ state: {}, outputs: { out: out(constants.W, given) } }),
      });
    const timesV = (weights: tf.Tensor, V: tf.Tensor): tf.Tensor => tf.reshape(tf.matMul(tf.reshape(weights, [L * O, I]) as tf.Tensor2D, V as tf.Tensor2D), [L, O, rank]);
    const perLayer = (S: tf.Tensor): tf.Tensor => tf.reshape(S, [L, 1, rank]);
    return new Products(rank, {
      V: await make('v', { U: [O, rank], S: [L, rank] }, (weights, { U, S }) => tf.sum(tf.matMul(weights, tf.mul(tf.reshape(U, [1, O, rank]), perLayer(S)), true, false), 0)),
      U: await make('u', { V: [I, rank], S: [L, rank] }, (weights, { V, S }) => tf.sum(tf.mul(timesV(weights, V), perLayer(S)), 0)),
      S: await make('s', { U: [O, rank], V: [I, rank] }, (weights, { U, V }) => tf.sum(tf.mul(timesV(weights, V), tf.reshape(U, [1, O, rank])), 1)),
    });
  }

  async forV(U: Matrix, S: Matrix): Promise<Matrix> {
    return this.matrix(await this.programs.V.run({ U: flat(U), S: flat(S) }));
  }

  async forU(V: Matrix, S: Matrix): Promise<Matrix> {
    return this.matrix(await this.programs.U.run({ V: flat(V), S: flat(S) }));
  }

  async forS(U: Matrix, V: Matrix): Promise<Matrix> {
    return this.matrix(await this.programs.S.run({ U: flat(U), V: flat(V) }));
  }

  async dispose(): Promise<void> {
    for (const program of Object.values(this.programs)) await program.dispose();
  }

  private matrix({ outputs }: { outputs: Record<string, Float32Array> }): Matrix {
    return new Matrix(rows(outputs.out, this.rank));
  }
}

/** X with X G = M, for symmetric positive G; the ridge keeps G so. */
function solve(M: Matrix, G: Matrix): Matrix {
  const ridge = (RIDGE * G.trace()) / G.rows;
  const system = Matrix.add(G, Matrix.eye(G.rows).mul(ridge));
  return new CholeskyDecomposition(system).solve(M.transpose()).transpose();
}

const gram = (A: Matrix): Matrix => A.transpose().mmul(A);
const hadamard = (A: Matrix, B: Matrix): Matrix => Matrix.mul(A, B);

/** Norms go into sigma, which is solved for last in every iteration. */
function unitColumns(A: Matrix): Matrix {
  const norms = Array.from({ length: A.columns }, (_, k) => Math.max(Math.hypot(...A.getColumn(k)), 1e-12));
  return A.divRowVector(norms);
}

function rows(values: Float32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) => Array.from(values.subarray(i * width, (i + 1) * width)));
}

function flat(A: Matrix): Float32Array {
  return Float32Array.from(A.to1DArray());
}
