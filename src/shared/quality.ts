/** What the quality of samples is measured on, and how many pictures that takes. */

/** Principal components of the pixels, the application's own classifier, or a network that the person brings as ONNX. */
export const FEATURE_KINDS = ['pixels', 'classifier', 'onnx'] as const;
export type FeatureKind = (typeof FEATURE_KINDS)[number];

/** Networks whose features give the figures names of their own: FID, sFID and KID on Inception's, FDD on DINO's. */
export const NETWORKS = ['inception', 'dino', 'other'] as const;
export type Network = (typeof NETWORKS)[number];

/** The measures by id, and what each says, in one sentence. How they are computed is in engine/metrics. */
export const MEASURES = {
  fd: 'Distance between the two clouds of features: quality and variety together.',
  sfd: 'The same with positions kept: where things are in the picture.',
  kd: 'The same without assuming a normal distribution; fair with few samples, may fall below zero.',
  is: 'Are single samples clear-cut, and all of them varied?',
  precision: 'Share of samples that look like some real picture.',
  recall: 'Share of real pictures that some sample looks like.',
  density: 'How closely real pictures surround the samples; above one is possible.',
  coverage: 'Share of real pictures with a sample nearby.',
} as const;
export type MetricId = keyof typeof MEASURES;
export const METRIC_IDS = Object.keys(MEASURES) as MetricId[];

/** Features of the application's own classifier. */
export const CLASSIFIER_FEATURES = 64;
const PIXEL_FEATURES = 64;

/** Real pictures that samples are compared with, at most: comparing all pairs of more takes longer than drawing. */
export const MAX_REAL = 10_000;

/** Principal components that `real` pictures of `pixels` values are described by: few enough that half of the pictures still fill the space. */
export function pixelComponents(real: number, pixels: number): number {
  return Math.max(0, Math.min(PIXEL_FEATURES, Math.floor(real / 2) - 1, pixels));
}

export interface CountProblem {
  field: 'samples' | 'features';
  message: string;
  hint: string;
}

/**
 * What is wrong with the numbers of pictures for features of this dimension, or null. The covariance behind a Frechet distance
 * has full rank only with more pictures than features; below that the distance measures the lack of pictures.
 */
export function countProblem(dimension: number, real: number, samples: number): CountProblem | null {
  if (dimension < 1 || real <= dimension)
    return { field: 'features', message: `The dataset has ${real} pictures, too few for ${Math.max(1, dimension)} features.`, hint: dimension < 1 ? 'Add pictures.' : 'Measure on fewer features, such as those of the pixels, or add pictures.' };
  if (samples <= dimension) return { field: 'samples', message: `${samples} samples are too few for ${dimension} features: the distance would measure the lack of samples.`, hint: `Draw at least ${dimension + 1}.` };
  return null;
}
