/** Frechet distances of a model's samples to the real pictures, over two kinds of features. */
import { join } from 'node:path';
import type { DiffusionConfig } from '../../src/shared/config';
import { sampleConfigSchema } from '../../src/shared/config';
import { readSafetensors, writeSafetensors } from '../../src/main/engine/checkpoint/safetensors';
import type { OpenDataset } from '../../src/main/engine/data/open';
import { toModelRange } from '../../src/main/engine/data/range';
import { frechetDistance } from '../../src/main/engine/metrics/frechetDistance';
import type { Features } from '../../src/main/engine/metrics/features';
import type { ModelWeights } from '../../src/main/engine/model/types';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import { compileModel } from '../../src/main/engine/sample/forward';
import { generate } from '../../src/main/engine/sample/generate';
import type { Backend, HostTensor, TensorMap } from '../../src/main/engine/tensor/types';
import { FEATURES, classify, trainClassifier } from './classifier';
import { pixelComponents, projectPixels } from './pixelComponents';
import type { Distances, FeaturesResult, FeaturesTask } from './tasks';

const SAMPLING_BATCH = 32;
const SEED = 900_003;

const FILE = (dir: string, key: string) => join(dir, `${key}.safetensors`);

/** Fits both extractors on all pictures and stores them with the real pictures' features. */
export async function prepareFeatures(task: FeaturesTask, dir: string, key: string, data: OpenDataset, backend: Backend): Promise<FeaturesResult> {
  const training = toModelRange(data.images, range(data.count), data);
  const heldOut = toModelRange(data.heldOutImages, range(data.heldOutCount), data);
  const real = new Float32Array(training.length + heldOut.length);
  real.set(training);
  real.set(heldOut, training.length);
  const dimension = data.channels * data.size ** 2;
  const components = await pixelComponents(real, dimension, backend);
  const classifier = await trainClassifier(data, task.classifierSteps, backend);
  const { classes } = await classify(classifier, heldOut, data, backend);
  const accuracy = classes.filter((c, i) => c === data.heldOutLabels[i]).length / classes.length;

  const features = await featuresOf(components, classifier, real, data, backend);
  await writeSafetensors(FILE(dir, key), { ...prefixed('pixels.', components), ...prefixed('classifier.', classifier), 'real.pixels': toTensor(features.pixels), 'real.classifier': toTensor(features.classifier) });
  const order = counterRandom(SEED, STREAMS.metrics, 1).permutation(features.pixels.count);
  const middle = Math.floor(order.length / 2);
  const [one, other] = [order.slice(0, middle), order.slice(middle, 2 * middle)];
  const floor = { pixels: frechetDistance(rows(features.pixels, one), rows(features.pixels, other)), pixelsShift: meanShift(rows(features.pixels, one), rows(features.pixels, other)), classifier: frechetDistance(rows(features.classifier, one), rows(features.classifier, other)) };
  return { accuracy, floor };
}

interface BothFeatures {
  pixels: Features;
  classifier: Features;
}

async function featuresOf(components: TensorMap, classifier: TensorMap, images: Float32Array, shape: { size: number; channels: number }, backend: Backend): Promise<BothFeatures> {
  const { features } = await classify(classifier, images, shape, backend);
  return { pixels: projectPixels(components, images), classifier: { data: features, count: features.length / FEATURES, dimension: FEATURES } };
}

export interface SampleQuality {
  dir: string;
  featuresKey: string;
  data: OpenDataset;
  diffusion: DiffusionConfig;
  samples: number;
  backend: Backend;
}

/** Of DDIM samples (25 steps, no guidance, the same noise and classes for every model) to all real pictures. */
export async function distancesOf(weights: ModelWeights, { dir, featuresKey, data, diffusion, samples, backend }: SampleQuality): Promise<Distances> {
  const { tensors } = await readSafetensors(FILE(dir, featuresKey));
  const picked = counterRandom(SEED, STREAMS.metrics, 2).integers(samples, data.count);
  const sample = sampleConfigSchema.parse({ sampler: 'ddim', steps: '25', seed: SEED, classes: Array.from(picked, (i) => data.labels[i]) });
  const model = await compileModel(weights, { backend, batch: SAMPLING_BATCH, fixed: true, threads: 1 });
  try {
    const images = await generate(model, { diffusion, sample, batch: SAMPLING_BATCH });
    const clipped = images.map((x) => Math.max(-1, Math.min(1, x)));
    const found = await featuresOf(without('pixels.', tensors), without('classifier.', tensors), clipped, data, backend);
    const realPixels = fromTensor(tensors['real.pixels']);
    return { pixels: frechetDistance(found.pixels, realPixels), pixelsShift: meanShift(found.pixels, realPixels), classifier: frechetDistance(found.classifier, fromTensor(tensors['real.classifier'])) };
  } finally {
    await model.dispose();
  }
}

/** Of `count` of the real pictures to all of them: what as many perfect samples would have, were they among the pictures. */
export async function distancesOfReal(count: number, dir: string, featuresKey: string): Promise<Distances> {
  const { tensors } = await readSafetensors(FILE(dir, featuresKey));
  const [pixels, classifier] = [fromTensor(tensors['real.pixels']), fromTensor(tensors['real.classifier'])];
  const picked = counterRandom(SEED + 2, STREAMS.metrics, 0).permutation(pixels.count).subarray(0, count);
  return { pixels: frechetDistance(rows(pixels, picked), pixels), pixelsShift: meanShift(rows(pixels, picked), pixels), classifier: frechetDistance(rows(classifier, picked), classifier) };
}

/** Squared distance of the means. */
function meanShift(a: Features, b: Features): number {
  const mean = ({ data, count, dimension }: Features): Float64Array => {
    const out = new Float64Array(dimension);
    for (let i = 0; i < count * dimension; i++) out[i % dimension] += data[i] / count;
    return out;
  };
  const [x, y] = [mean(a), mean(b)];
  return x.reduce((sum, value, k) => sum + (value - y[k]) ** 2, 0);
}

const range = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

function rows({ data, dimension }: Features, indices: Int32Array): Features {
  const out = new Float64Array(indices.length * dimension);
  indices.forEach((index, i) => out.set(data.subarray(index * dimension, (index + 1) * dimension), i * dimension));
  return { data: out, count: indices.length, dimension };
}

const toTensor = ({ data, count, dimension }: Features) => ({ shape: [count, dimension], data: Float32Array.from(data) });
const fromTensor = ({ shape, data }: HostTensor): Features => ({ data: data as Float32Array, count: shape[0], dimension: shape[1] });
const prefixed = (prefix: string, tensors: TensorMap): TensorMap => Object.fromEntries(Object.entries(tensors).map(([name, t]) => [prefix + name, t]));
const without = (prefix: string, tensors: TensorMap): TensorMap => Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith(prefix)).map(([name, t]) => [name.slice(prefix.length), t]));
