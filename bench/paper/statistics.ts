/** Mean and spread over seeds, and what an ordering of two such figures is worth. */

export interface Figure {
  mean: number;
  /** Sample standard deviation; 0 for one value. */
  spread: number;
  values: number[];
}

export function figure(values: number[]): Figure {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const spread = values.length > 1 ? Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1)) : 0;
  return { mean, spread, values };
}

/**
 * Whether `lower` came out below `upper`: 'held' or 'did not hold' when all values lie on one side, 'unclear' when the ranges
 * over seeds overlap.
 */
export function ordering(lower: Figure, upper: Figure): 'held' | 'did not hold' | 'unclear' {
  if (Math.max(...lower.values) < Math.min(...upper.values)) return 'held';
  if (Math.min(...lower.values) > Math.max(...upper.values)) return 'did not hold';
  return 'unclear';
}

/** How often `ordering` says 'held' of two figures of `a` and `b` values that differ by chance alone: one of the ways to sort them. */
export function heldByChance(a: number, b: number): number {
  let share = 1;
  for (let i = 1; i <= a; i++) share *= i / (b + i);
  return share;
}

/** Standard deviation within figures: the root mean square of their spreads, for figures of equally many values. */
export function pooledSpread(figures: Figure[]): number {
  return Math.sqrt(figures.reduce((sum, { spread }) => sum + spread ** 2, 0) / figures.length);
}

export function show({ mean, spread, values }: Figure, digits: number): string {
  return values.length > 1 ? `${mean.toFixed(digits)} ± ${spread.toFixed(digits)}` : mean.toFixed(digits);
}
