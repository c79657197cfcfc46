/** The leading principal components of the pixels, by subspace iteration: the simplest features a Frechet distance can have. */
import { orthonormalColumns } from '../../src/main/engine/fine/orthonormal';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import { tf } from '../../src/main/engine/tensor/tf';
import type { Backend, TensorMap } from '../../src/main/engine/tensor/types';

export const COMPONENTS = 64;
/** More directions than are kept, so that the last kept ones converge too. */
const DIRECTIONS = 96;
const ITERATIONS = 30;

/** `mean` [D] and `basis` [D, 64], orthonormal, of pictures flattened to rows of `images`. */
export async function pixelComponents(images: Float32Array, dimension: number, backend: Backend): Promise<TensorMap> {
  const count = images.length / dimension;
  const directions = Math.min(DIRECTIONS, dimension);
  const mean = new Float64Array(dimension);
  for (let i = 0; i < images.length; i++) mean[i % dimension] += images[i] / count;
  const centred = images.map((x, i) => x - mean[i % dimension]);
  const program = await backend.compile({
    name: 'covariance-product',
    constants: { X: { shape: [count, dimension], data: centred } },
    state: {},
    inputs: { Q: { shape: [dimension, directions], dtype: 'float32' } },
    body: ({ constants, inputs }) => ({ state: {}, outputs: { out: tf.mul(tf.matMul(constants.X, tf.matMul(constants.X, inputs.Q), true, false), 1 / count) } }),
  });
  try {
    let Q = orthonormalColumns(counterRandom(900_002, STREAMS.metrics, 0).normals(dimension * directions), dimension, directions);
    for (let i = 0; i < ITERATIONS; i++) Q = orthonormalColumns((await program.run({ Q })).outputs.out, dimension, directions);
    const kept = Math.min(COMPONENTS, directions);
    const basis = Float32Array.from({ length: dimension * kept }, (_, i) => Q[Math.floor(i / kept) * directions + (i % kept)]);
    return { mean: { shape: [dimension], data: Float32Array.from(mean) }, basis: { shape: [dimension, kept], data: basis } };
  } finally {
    await program.dispose();
  }
}

/** Coordinates [N, 64] of pictures along the components. */
export function projectPixels({ mean, basis }: TensorMap, images: Float32Array): { data: Float64Array; count: number; dimension: number } {
  const [dimension, kept] = basis.shape;
  const count = images.length / dimension;
  const data = new Float64Array(count * kept);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < dimension; j++) {
      const x = images[i * dimension + j] - mean.data[j];
      for (let k = 0; k < kept; k++) data[i * kept + k] += x * basis.data[j * kept + k];
    }
  }
  return { data, count, dimension: kept };
}
