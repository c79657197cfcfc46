/** Rounds halves to the even neighbour, as IEEE 754 and the public weight-selection code do. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Which `target` of `source` positions are taken along one axis (Xu et al., "Initializing Models with Larger Ones", ICLR 2024):
 * every (source / target)-th when that is whole, otherwise evenly spaced from the first to the last. Also meaningful when
 * `target` exceeds `source`: positions then repeat.
 */
export function evenlySpaced(source: number, target: number): number[] {
  if (source % target === 0) return Array.from({ length: target }, (_, i) => i * (source / target));
  return endToEnd(source, target);
}

/** round(i (source - 1) / (target - 1)): the first and the last position are always taken. */
export function endToEnd(source: number, target: number): number[] {
  if (target === 1) return [0];
  return Array.from({ length: target }, (_, i) => roundHalfEven((i * (source - 1)) / (target - 1)));
}

/** 0 .. target - 1, the last position repeated once the source is used up. */
export function firstN(source: number, target: number): number[] {
  return Array.from({ length: target }, (_, i) => Math.min(i, source - 1));
}
