/** The classifier of a dataset, trained once and kept beside its pictures: whatever is measured on it can be compared. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors';
import { readSafetensors, writeSafetensors } from '../../checkpoint/safetensors';
import type { OpenDataset } from '../../data/open';
import { toModelRange } from '../../data/range';
import type { TensorMap } from '../../tensor/types';
import { type ClassifierOptions, classifierExtractor, trainClassifier } from './classifier';
import type { FeatureExtractor } from './types';

const FILE = 'classifier.safetensors';
/** Raised when the network or its training changes, so that no older one is taken for it. */
const VERSION = '1';

/** Features of the stored classifier in `datasetDir`, which is trained first when it is missing. Errors as `trainClassifier`. */
export async function storedClassifier(datasetDir: string, data: OpenDataset, options: Pick<ClassifierOptions, 'backend' | 'onProgress' | 'signal'>): Promise<FeatureExtractor> {
  const file = join(datasetDir, FILE);
  const dataset = createHash('sha256').update(JSON.stringify(data.meta)).digest('hex');
  let weights = await stored(file, dataset);
  if (!weights) {
    const images = { data: toModelRange(data.images, Int32Array.from({ length: data.count }, (_, i) => i), data), count: data.count, channels: data.channels, size: data.size };
    weights = await trainClassifier(images, data.labels, { ...options, classes: data.classes });
    await writeSafetensors(file, weights, { format: 'fine-classifier', version: VERSION, dataset });
  }
  return classifierExtractor(weights, { backend: options.backend, channels: data.channels, size: data.size });
}

/** Null when there is none for these pictures, or its file is damaged: then a new one takes its place. */
async function stored(file: string, dataset: string): Promise<TensorMap | null> {
  try {
    const { tensors, metadata } = await readSafetensors(file);
    return metadata.version === VERSION && metadata.dataset === dataset ? tensors : null;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'not-found' || error.code === 'format')) return null;
    throw error;
  }
}
