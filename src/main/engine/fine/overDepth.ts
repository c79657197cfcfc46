/** Per-layer vectors of one depth carried over to another. Layers sit at relative depth l / (L - 1); a single layer in the middle. */

function positions(depth: number): number[] {
  return depth === 1 ? [0.5] : Array.from({ length: depth }, (_, l) => l / (depth - 1));
}

/** Per component the least-squares line through `layers` over relative depth, read off at the layers of `depth`. */
export function lineAcrossDepth(layers: readonly Float32Array[], depth: number): Float32Array[] {
  const at = positions(layers.length);
  const centre = at.reduce((a, b) => a + b, 0) / at.length;
  const spread = at.reduce((sum, u) => sum + (u - centre) ** 2, 0);
  const width = layers[0].length;
  const mean = new Float64Array(width);
  const slope = new Float64Array(width);
  layers.forEach((layer, l) => {
    for (let k = 0; k < width; k++) {
      mean[k] += layer[k] / layers.length;
      if (spread > 0) slope[k] += ((at[l] - centre) * layer[k]) / spread;
    }
  });
  return positions(depth).map((u) => Float32Array.from({ length: width }, (_, k) => mean[k] + slope[k] * (u - centre)));
}

/** The layer of a model of `sourceDepth` at the relative depth of `layer` in one of `depth`; ties go to the later one. */
export function nearestLayer(layer: number, depth: number, sourceDepth: number): number {
  return Math.round(positions(depth)[layer] * (sourceDepth - 1));
}
