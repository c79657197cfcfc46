/**
 * The features of sFID (Nash et al. 2021, "Generating images with sparse representations", section 3): the positions of an
 * intermediate feature map are kept instead of averaged, so that the Frechet distance sees where things are.
 */
import type { Features } from './features';

/** A feature map per sample: [count, channels, height, width], row-major. */
export interface FeatureMaps {
  data: Float64Array | Float32Array;
  count: number;
  channels: number;
  height: number;
  width: number;
}

/** Channels that the paper keeps; no more of a map is ever needed. */
export const SPATIAL_CHANNELS = 7;

/** All positions of the first `channels` channels as one vector per sample. */
export function spatialFeatures(maps: FeatureMaps, channels = SPATIAL_CHANNELS): Features {
  const kept = Math.min(channels, maps.channels);
  const plane = maps.height * maps.width;
  const dimension = kept * plane;
  const data = new Float64Array(maps.count * dimension);
  for (let i = 0; i < maps.count; i++) data.set(maps.data.subarray(i * maps.channels * plane, i * maps.channels * plane + dimension), i * dimension);
  return { data, count: maps.count, dimension };
}

/** Every channel averaged over its positions: the ordinary, pooled features. */
export function pooledFeatures(maps: FeatureMaps): Features {
  const plane = maps.height * maps.width;
  const data = new Float64Array(maps.count * maps.channels);
  for (let i = 0; i < data.length; i++) {
    let sum = 0;
    for (let p = i * plane; p < (i + 1) * plane; p++) sum += maps.data[p];
    data[i] = sum / plane;
  }
  return { data, count: maps.count, dimension: maps.channels };
}
