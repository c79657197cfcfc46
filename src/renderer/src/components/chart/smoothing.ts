/**
 * Exponential moving average without the bias of its start: the weights of the values seen so far always sum to 1.
 * Written as `mean += (value - mean) * share`, which leaves a constant series exactly constant. `weight` in [0, 1).
 * Gaps (null, not finite) stay gaps and do not disturb what follows.
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  if (weight <= 0) return [...values];
  let mean = 0;
  let fading = 1;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null;
    fading *= weight;
    mean += (value - mean) * ((1 - weight) / (1 - fading));
    return mean;
  });
}
