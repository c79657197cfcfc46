/** The real pictures that samples are compared with. */
import { MAX_REAL } from '../../../shared/quality';
import type { OpenDataset } from '../data/open';
import { toModelRange } from '../data/range';
import type { Images } from './extractors/types';

export interface RealPictures {
  images: Images;
  /** Class of each. */
  labels: Int32Array;
}

/** All pictures of a dataset, those that training never sees last; of more than `MAX_REAL` an evenly spaced selection. */
export function realPictures(data: OpenDataset): RealPictures {
  const total = data.count + data.heldOutCount;
  const count = Math.min(total, MAX_REAL);
  const chosen = Int32Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
  const seen = chosen.filter((index) => index < data.count);
  const heldOut = chosen.filter((index) => index >= data.count).map((index) => index - data.count);
  const each = data.channels * data.size * data.size;
  const values = new Float32Array(count * each);
  toModelRange(data.images, seen, data, undefined, values);
  toModelRange(data.heldOutImages, heldOut, data, undefined, values.subarray(seen.length * each));
  const labels = Int32Array.from(chosen, (index) => (index < data.count ? data.labels[index] : data.heldOutLabels[index - data.count]));
  return { images: { data: values, count, channels: data.channels, size: data.size }, labels };
}
