import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STREAMS, counterRandom } from '../../random';
import { getBackend, resolveBackend } from '../../tensor/backends';
import { exportForward } from '../../tensor/onnx/exportForward';
import { tf } from '../../tensor/tf';
import type { Backend } from '../../tensor/types';
import { classifierExtractor, computeFigures, fitPixelPca, measureQuality, openOnnxExtractor, trainClassifier } from '../index';
import { halvingConvolution } from './convolution';
import { resample } from './onnx';
import { type Images, shrink } from './types';

const home = mkdtempSync(join(tmpdir(), 'fine-features-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let backend: Backend;
beforeAll(async () => {
  backend = await resolveBackend('auto');
});

const random = (count: number, step: number): Float32Array => counterRandom(1, STREAMS.metrics, step).normals(count);

/** Two classes of noisy 8x8 pictures: bright on the left, or bright on top. */
function twoClasses(count: number, step: number): { images: Images; labels: number[] } {
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const data = random(count * 3 * 64, step).map((z, i) => {
    const [y, x] = [Math.floor(i / 8) % 8, i % 8];
    const bright = labels[Math.floor(i / 192)] === 0 ? x < 4 : y < 4;
    return (bright ? 0.5 : -0.5) + 0.2 * z;
  });
  return { images: { data, count, channels: 3, size: 8 }, labels };
}

describe('pixel PCA', () => {
  test('spans the leading eigenvectors of the covariance', async () => {
    const { images } = twoClasses(60, 1);
    const pca = await fitPixelPca(images, { backend, components: 4 });
    expect(pca.name).toBe('pca-4 of pixels');
    const rows = Matrix.from1DArray(60, 192, shrink(images).data);
    rows.subRowVector(rows.mean('column'));
    const values = new EigenvalueDecomposition(rows.transpose().mmul(rows).div(60), { assumeSymmetric: true }).realEigenvalues;
    const { features } = await pca.extract(images);
    for (let k = 0; k < 4; k++) {
      let variance = 0;
      for (let i = 0; i < 60; i++) variance += features.data[i * 4 + k] ** 2 / 60;
      expect(variance).toBeCloseTo(values[191 - k], 3);
    }
  });

  test('the distance grows with the damage, and the name says what it is', async () => {
    const real = twoClasses(200, 2).images;
    const pca = await fitPixelPca(real, { backend, components: 16 });
    const fd = async (images: Images): Promise<number> => (await measureQuality(['fd'], pca, real, images))[0].value;
    const good = await fd(twoClasses(150, 3).images);
    const noisy = twoClasses(150, 4).images;
    const worse = await fd({ ...noisy, data: noisy.data.map((v) => 0.4 * v) });
    expect(good).toBeLessThan(worse / 3);
    expect((await measureQuality(['fd', 'is', 'kd'], pca, real, noisy)).map((f) => f.name)).toEqual(['FD-150 (pca-16 of pixels)', 'KD-150 (pca-16 of pixels)']);
  });

  test('large images are averaged down, and the name says so', async () => {
    const images: Images = { data: random(3 * 96 * 96 * 6, 5), count: 6, channels: 3, size: 96 };
    const pca = await fitPixelPca(images, { backend });
    expect(pca.name).toBe('pca-5 of pixels at 32x32');
    expect((await pca.extract(images)).features).toMatchObject({ count: 6, dimension: 5 });
  });
});

test('the sliced convolution is the convolution, for even and odd sides', async () => {
  for (const side of [7, 8]) {
    const x = random(2 * side * side * 3, 6);
    const weight = random(27 * 5, 7);
    const program = await getBackend('tfjs-cpu').compile({
      name: 'conv',
      constants: {},
      state: {},
      inputs: { x: { shape: [2, side, side, 3], dtype: 'float32' }, w: { shape: [27, 5], dtype: 'float32' } },
      body: ({ inputs }) => ({ state: {}, outputs: { out: halvingConvolution(inputs.x as tf.Tensor4D, inputs.w as tf.Tensor2D, tf.zeros([5])) } }),
    });
    const { out } = (await program.run({ x, w: weight })).outputs;
    await program.dispose();
    const direct = (b: number, row: number, column: number, o: number): number => {
      let sum = 0;
      for (let dy = 0; dy < 3; dy++)
        for (let dx = 0; dx < 3; dx++) {
          const [y, z] = [2 * row + dy - 1, 2 * column + dx - 1];
          if (y < 0 || z < 0 || y >= side || z >= side) continue;
          for (let c = 0; c < 3; c++) sum += x[((b * side + y) * side + z) * 3 + c] * weight[((dy * 3 + dx) * 3 + c) * 5 + o];
        }
      return sum;
    };
    expect(out.length).toBe(2 * 4 * 4 * 5);
    out.forEach((v, i) => expect(v).toBeCloseTo(direct(Math.floor(i / 80), Math.floor(i / 20) % 4, Math.floor(i / 5) % 4, i % 5), 4));
  }
});

describe('classifier', () => {
  test('learns the classes; gives features, maps and probabilities', async () => {
    const { images, labels } = twoClasses(128, 8);
    const seen: number[] = [];
    const weights = await trainClassifier(images, labels, { backend, classes: 2, steps: 60, onProgress: (done) => seen.push(done) });
    const classifier = await classifierExtractor(weights, { backend, channels: 3, size: 8 });
    expect(seen.at(-1)).toBe(60);
    const fresh = twoClasses(100, 9);
    const extracted = await classifier.extract(fresh.images);
    const right = fresh.labels.filter((label, i) => extracted.probabilities!.data[2 * i + label] > 0.5).length;
    expect(right).toBeGreaterThan(95);
    expect(extracted.features).toMatchObject({ count: 100, dimension: 64 });
    expect(extracted.maps).toMatchObject({ count: 100, channels: 64, height: 1, width: 1 });
    const real = await classifier.extract(images);
    const figures = computeFigures(['fd', 'sfd', 'is', 'precision', 'recall', 'density', 'coverage'], classifier, real, extracted);
    expect(figures).toHaveLength(7);
    expect(figures[2].value).toBeGreaterThan(1.5); // two balanced, certain classes: near 2
    expect(figures[0].name).toBe('FD-100 (classifier-64 trained on the same data)');
    await classifier.dispose();
  });

  test('the same seed gives the same weights', async () => {
    const { images, labels } = twoClasses(64, 10);
    const weights = () => trainClassifier(images, labels, { backend, classes: 2, steps: 5 });
    expect(await weights()).toEqual(await weights());
    await expect(trainClassifier(images, labels, { backend, classes: 1 })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

describe('ONNX extractor', () => {
  const save = (name: string, shape: number[], body: (x: tf.Tensor) => tf.Tensor): string => {
    const file = join(home, `${name}.onnx`);
    const { model } = exportForward({ bodyAtBatch: (batch) => ({ name, constants: {}, state: {}, inputs: { x: { shape: [batch, ...shape], dtype: 'float32' } }, body: ({ inputs }) => ({ state: {}, outputs: { features: body(inputs.x) } }) }) });
    writeFileSync(file, model);
    return file;
  };

  test('features of any batch, maps averaged, images brought to its size', async () => {
    const images: Images = { data: random(40 * 3 * 64, 11).map((z) => 0.3 * z), count: 40, channels: 3, size: 8 };
    const flat = await openOnnxExtractor(save('flat', [3, 8, 8], (x) => tf.mean(x, [2, 3])), images);
    const maps = await openOnnxExtractor(save('maps', [3, 16, 16], (x) => tf.mul(x, 1)), images);
    const [a, b] = [await flat.extract(images), await maps.extract(images)];
    expect(flat.name).toBe('flat.onnx, 3 features');
    expect(b.maps).toMatchObject({ count: 40, channels: 3, height: 16, width: 16 });
    const clipped = shrink(images).data;
    for (const i of [0, 50, 119]) {
      const mean = clipped.subarray(i * 64, i * 64 + 64).reduce((s, v) => s + v, 0) / 64;
      expect(a.features.data[i]).toBeCloseTo(mean, 5);
      expect(b.features.data[i]).toBeCloseTo(mean, 1);
    }
    await flat.dispose();
    await maps.dispose();
  });

  test('outputs named maps and probabilities serve sFID and the Inception Score', async () => {
    const file = join(home, 'three.onnx');
    const { model } = exportForward({
      bodyAtBatch: (batch) => ({
        name: 'three', constants: {}, state: {}, inputs: { x: { shape: [batch, 3, 8, 8], dtype: 'float32' } },
        body: ({ inputs: { x } }) => ({ state: {}, outputs: { features: tf.mean(x, [2, 3]), maps: tf.reshape(x, [-1, 12, 4, 4]), probabilities: tf.softmax(tf.mul(tf.mean(x, [2, 3]), 50)) } }),
      }),
    });
    writeFileSync(file, model);
    const images: Images = { data: random(40 * 3 * 64, 13).map((z) => 0.3 * z), count: 40, channels: 3, size: 8 };
    const extractor = await openOnnxExtractor(file, images);
    const { features, maps, probabilities } = await extractor.extract(images);
    expect(features).toMatchObject({ count: 40, dimension: 3 });
    expect(maps).toMatchObject({ count: 40, channels: 7, height: 4, width: 4 });
    // The second picture's first channels, of its twelve.
    expect(maps!.data.slice(112, 116)).toEqual(shrink(images).data.slice(192, 196));
    expect(probabilities).toMatchObject({ count: 40, dimension: 3 });
    expect((await measureQuality(['is'], extractor, images, images))[0].value).toBeGreaterThan(1);
    await extractor.dispose();
  });

  test('the network gives the figures their names: told by the file, or by the person', async () => {
    const images: Images = { data: random(6 * 3 * 64, 12), count: 6, channels: 3, size: 8 };
    const names = async (file: string, network?: 'dino' | 'other') => {
      const extractor = await openOnnxExtractor(save(file, [3, 8, 8], (x) => tf.mul(x, 1)), images, { network });
      const figures = await measureQuality(['fd', 'kd', 'precision'], extractor, images, images);
      await extractor.dispose();
      return figures.map((figure) => figure.name.split('-')[0]);
    };
    expect(await names('InceptionV3')).toEqual(['FID', 'KID', 'precision']);
    expect(await names('InceptionV3', 'other')).toEqual(['FD', 'KD', 'precision']);
    expect(await names('vit', 'dino')).toEqual(['FDD', 'KD', 'precision']);
  });

  test('another signature, other channels and garbage are refused with what was expected', async () => {
    const vector = save('vector', [3], (x) => tf.mul(x, 2));
    await expect(openOnnxExtractor(vector, { channels: 3 })).rejects.toMatchObject({ code: 'format', why: expect.stringMatching(/Expected: one float32 input .* Found inputs: x float32 \[batch, 3\]/) });
    await expect(openOnnxExtractor(save('four', [4, 8, 8], (x) => tf.mean(x, [2, 3])), { channels: 3 })).rejects.toMatchObject({ code: 'invalid-input' });
    writeFileSync(join(home, 'garbage.onnx'), 'garbage');
    await expect(openOnnxExtractor(join(home, 'garbage.onnx'), { channels: 3 })).rejects.toMatchObject({ code: 'format' });
  });

  test('resampling keeps constants and the same size exactly', () => {
    const values = Float32Array.from({ length: 16 }, (_, i) => i / 16);
    expect(resample(values, 1, 4, 4)).toEqual(values);
    expect([...resample(new Float32Array(4).fill(0.5), 1, 2, 7)]).toEqual(Array.from({ length: 49 }, () => 0.5));
  });
});
