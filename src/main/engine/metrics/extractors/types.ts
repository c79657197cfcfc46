/** What turns images into the features that quality is measured on. */
import type { Network } from '../../../../shared/quality';
import type { Features } from '../features';
import type { FeatureMaps } from '../spatialFeatures';

/** Images as the model sees and makes them: float32 [count, channels, size, size], nominally in [-1, 1]. */
export interface Images {
  data: Float32Array;
  count: number;
  channels: number;
  size: number;
}

export interface Extracted {
  features: Features;
  /** The last feature maps before pooling, where the extractor has them: for sFID. */
  maps?: FeatureMaps;
  /** Class probabilities [count, classes], where the extractor is a classifier: for the Inception Score. */
  probabilities?: Features;
}

export interface FeatureExtractor {
  /** Completes "FD-512 (...)": a figure without its features says nothing. */
  readonly name: string;
  readonly dimension: number;
  /** Where the features have a name in the field, their figures do too: FID, FDD. */
  readonly network?: Network;
  extract(images: Images): Promise<Extracted>;
  dispose(): Promise<void>;
}

/** Longest side on which pixel features are taken; larger images are averaged down by a whole factor. */
const PIXEL_SIDE = 32;

/** Side after `shrink`. */
export function shrunkSide(size: number): number {
  return Math.floor(size / shrinkFactor(size));
}

/** Clipped to [-1, 1] (a picture has no other values) and averaged down over whole blocks until the side is below 64. */
export function shrink({ data, count, channels, size }: Images): Images {
  const factor = shrinkFactor(size);
  const side = shrunkSide(size);
  const out = new Float32Array(count * channels * side * side);
  for (let plane = 0; plane < count * channels; plane++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        let sum = 0;
        for (let dy = 0; dy < factor; dy++)
          for (let dx = 0; dx < factor; dx++) sum += Math.max(-1, Math.min(1, data[(plane * size + y * factor + dy) * size + x * factor + dx]));
        out[(plane * side + y) * side + x] = sum / (factor * factor);
      }
  return { data: out, count, channels, size: side };
}

function shrinkFactor(size: number): number {
  return Math.max(1, Math.floor(size / PIXEL_SIDE));
}
