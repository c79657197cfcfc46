/**
 * The first principal components of the training pixels as features: no network, no training, the same on every machine. They
 * see layout and colour, not texture.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { orthonormalColumns } from '../../fine/orthonormal';
import { STREAMS, counterRandom } from '../../random';
import { tf } from '../../tensor/tf';
import type { Backend } from '../../tensor/types';
import { type FeatureExtractor, type Images, shrink } from './types';

/** Pictures that the components are fitted on, at most. */
const MAX_FITTED = 4096;
/** Directions iterated beyond those wanted, and rounds: the wanted ones converge by (their eigenvalue ratio)^rounds. */
const OVERSAMPLING = 16;
const ROUNDS = 24;
const SEED = 0;

/**
 * Fits on `images` (the training pictures) by subspace iteration (Halko, Martinsson & Tropp 2011, algorithm 4.4), the products
 * on `backend`. Fewer pictures or pixels than `components` give fewer components.
 */
export async function fitPixelPca(images: Images, options: { backend: Backend; components?: number }): Promise<FeatureExtractor> {
  const fitted = shrink(thinned(images));
  const pixels = fitted.channels * fitted.size * fitted.size;
  const components = Math.min(options.components ?? 64, fitted.count - 1, pixels);
  const width = Math.min(components + OVERSAMPLING, fitted.count, pixels);
  const mean = new Float64Array(pixels);
  for (let i = 0; i < fitted.data.length; i++) mean[i % pixels] += fitted.data[i] / fitted.count;
  const centred = fitted.data.map((v, i) => v - mean[i % pixels]);

  const program = await options.backend.compile({
    name: 'pixel-covariance',
    constants: { x: { shape: [fitted.count, pixels], data: centred } },
    state: {},
    inputs: { q: { shape: [pixels, width], dtype: 'float32' } },
    body: ({ constants: { x }, inputs: { q } }) => ({ state: {}, outputs: { y: tf.mul(tf.matMul(x as tf.Tensor2D, tf.matMul(x as tf.Tensor2D, q as tf.Tensor2D), true), 1 / fitted.count) } }),
  });
  let basis = orthonormalColumns(counterRandom(SEED, STREAMS.metrics, 0).normals(pixels * width), pixels, width);
  let image: Float32Array;
  try {
    for (let round = 1; ; round++) {
      image = (await program.run({ q: basis })).outputs.y;
      if (round === ROUNDS) break;
      basis = orthonormalColumns(image, pixels, width);
    }
  } finally {
    await program.dispose();
  }
  const rotation = ritzVectors(basis, image, pixels, width, components);

  return {
    name: `pca-${components} of pixels${fitted.size === images.size ? '' : ` at ${fitted.size}x${fitted.size}`}`,
    dimension: components,
    async extract(given) {
      const { data, count } = shrink(given);
      const out = new Float64Array(count * components);
      for (let i = 0; i < count; i++)
        for (let p = 0; p < pixels; p++) {
          const v = data[i * pixels + p] - mean[p];
          for (let k = 0; k < components; k++) out[i * components + k] += v * rotation[p * components + k];
        }
      return { features: { data: out, count, dimension: components } };
    },
    dispose: async () => {},
  };
}

/** Evenly spaced pictures when there are more than needed. */
function thinned(images: Images): Images {
  if (images.count <= MAX_FITTED) return images;
  const each = images.data.length / images.count;
  const data = new Float32Array(MAX_FITTED * each);
  for (let i = 0; i < MAX_FITTED; i++) {
    const from = Math.floor((i * images.count) / MAX_FITTED) * each;
    data.set(images.data.subarray(from, from + each), i * each);
  }
  return { ...images, data, count: MAX_FITTED };
}

/** The best directions within the subspace (Rayleigh-Ritz), [pixels, components], largest variance first. */
function ritzVectors(basis: Float32Array, image: Float32Array, pixels: number, width: number, components: number): Float64Array {
  const projected = Matrix.zeros(width, width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let p = 0; p < pixels; p++) sum += basis[p * width + i] * image[p * width + j];
      projected.set(i, j, sum);
      projected.set(j, i, sum);
    }
  // Ascending eigenvalues.
  const { eigenvectorMatrix } = new EigenvalueDecomposition(projected, { assumeSymmetric: true });
  const out = new Float64Array(pixels * components);
  for (let p = 0; p < pixels; p++)
    for (let k = 0; k < components; k++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += basis[p * width + i] * eigenvectorMatrix.get(i, width - 1 - k);
      out[p * components + k] = sum;
    }
  return out;
}
