/**
 * Fidelity and diversity by nearest neighbours. Precision and recall: Kynkaanniemi et al. 2019 (equations 1 and 2); density and
 * coverage: Naeem et al. 2020 (equations 3 and 4). A ball around each sample reaches to its k-th nearest other sample.
 */
import { type Features, assertComparable, squaredDistance } from './features';

export interface ManifoldScores {
  /** Share of generated samples inside at least one ball of a real one. */
  precision: number;
  /** Share of real samples inside at least one ball of a generated one. */
  recall: number;
  /** Mean number of real balls that hold a generated sample, divided by k; may exceed 1. */
  density: number;
  /** Share of real samples whose own ball holds a generated one. */
  coverage: number;
}

/**
 * Precision and recall with balls to the k-th neighbour, density and coverage with balls to the `wideK`-th. Needs more samples than
 * either on each side. Euclidean distance; the border belongs to the ball.
 */
export function manifoldScores(real: Features, generated: Features, k: number, wideK = k): ManifoldScores {
  assertComparable(real, generated, Math.max(k, wideK) + 1);
  const realRadii = squaredRadii(real, k);
  const wideRadii = wideK === k ? realRadii : squaredRadii(real, wideK);
  const generatedRadii = squaredRadii(generated, k);
  const covered = new Uint8Array(real.count);
  const recalled = new Uint8Array(real.count);
  let precise = 0;
  let balls = 0;
  for (let j = 0; j < generated.count; j++) {
    let inside = false;
    for (let i = 0; i < real.count; i++) {
      const distance = squaredDistance(real, i, generated, j);
      if (distance <= realRadii[i]) inside = true;
      if (distance <= wideRadii[i]) {
        balls++;
        covered[i] = 1;
      }
      if (distance <= generatedRadii[j]) recalled[i] = 1;
    }
    if (inside) precise++;
  }
  const share = (flags: Uint8Array): number => flags.reduce((n, f) => n + f, 0) / flags.length;
  return { precision: precise / generated.count, recall: share(recalled), density: balls / (wideK * generated.count), coverage: share(covered) };
}

/** Squared distance of each sample to its k-th nearest other sample. */
export function squaredRadii(features: Features, k: number): Float64Array {
  const { count } = features;
  // One row of distances per sample, kept as the k smallest so far in ascending order.
  const nearest = new Float64Array(count * k).fill(Infinity);
  const offer = (i: number, distance: number): void => {
    const last = (i + 1) * k - 1;
    if (distance >= nearest[last]) return;
    let at = last;
    while (at > i * k && nearest[at - 1] > distance) {
      nearest[at] = nearest[at - 1];
      at--;
    }
    nearest[at] = distance;
  };
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) {
      const distance = squaredDistance(features, i, features, j);
      offer(i, distance);
      offer(j, distance);
    }
  return Float64Array.from({ length: count }, (_, i) => nearest[(i + 1) * k - 1]);
}
