/** Features taken part by part, and parts of features. */
import type { Extracted, FeatureExtractor, Images } from './extractors/types';
import type { Features } from './features';

/** Pictures per part: a multiple of every extractor's own batch, so that the parts give the same bits as the whole. */
const PART = 256;

/** Features of all pictures; `between` runs after each part with the number done, and may throw to stop. */
export async function extractInParts(extractor: FeatureExtractor, images: Images, between: (done: number) => Promise<void> | void): Promise<Extracted> {
  const parts: Extracted[] = [];
  for (let from = 0; from < images.count; from += PART) {
    const to = Math.min(images.count, from + PART);
    parts.push(await extractor.extract(imageRows(images, from, to)));
    await between(to);
  }
  return joinExtracted(parts);
}

/** Pictures `from` to `to` (exclusive), sharing the memory. */
export function imageRows(images: Images, from: number, to: number): Images {
  const each = images.channels * images.size * images.size;
  return { ...images, data: images.data.subarray(from * each, to * each), count: to - from };
}

/** One after the other; all of one extractor. */
export function joinExtracted(parts: readonly Extracted[]): Extracted {
  const [first] = parts;
  const count = parts.reduce((sum, { features }) => sum + features.count, 0);
  const join = (of: (part: Extracted) => { data: Float32Array | Float64Array }): Float32Array | Float64Array => {
    const all = parts.map((part) => of(part).data);
    const length = all.reduce((sum, data) => sum + data.length, 0);
    const out = all[0] instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
    let at = 0;
    for (const data of all) {
      out.set(data, at);
      at += data.length;
    }
    return out;
  };
  return {
    features: { ...first.features, count, data: join((part) => part.features) },
    maps: first.maps && { ...first.maps, count, data: join((part) => part.maps!) },
    probabilities: first.probabilities && { ...first.probabilities, count, data: join((part) => part.probabilities!) },
  };
}

/** The samples `indices`, in that order. */
export function pickExtracted({ features, maps, probabilities }: Extracted, indices: Int32Array): Extracted {
  const pick = (data: Features['data'], each: number): Float64Array => {
    const out = new Float64Array(indices.length * each);
    indices.forEach((index, i) => out.set(data.subarray(index * each, (index + 1) * each), i * each));
    return out;
  };
  const count = indices.length;
  return {
    features: { ...features, count, data: pick(features.data, features.dimension) },
    maps: maps && { ...maps, count, data: pick(maps.data, maps.channels * maps.height * maps.width) },
    probabilities: probabilities && { ...probabilities, count, data: pick(probabilities.data, probabilities.dimension) },
  };
}

/** Whether everything is a number. */
export function allFinite({ features, maps, probabilities }: Extracted): boolean {
  return [features, maps, probabilities].every((part) => part === undefined || part.data.every((value) => Number.isFinite(value)));
}
