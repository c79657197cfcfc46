/**
 * Independent sequences of random numbers, by purpose. The number is part of the generator's counter: a new purpose gets a new
 * number, and an existing one is never changed, or stored runs would no longer repeat.
 */
export const STREAMS = {
  /** Order of the images within an epoch; the "step" is the epoch. */
  dataOrder: 1,
  timestep: 2,
  noise: 3,
  flip: 4,
  labelDropout: 5,
  /** Start of weights; the "step" is the index of the tensor. */
  initialisation: 6,
  /** Sampler noise; the "step" is 0 for the start and then counts the sampler's steps. */
  sampling: 7,
  validation: 8,
  /** Split into training and held-out images. */
  split: 9,
  /** Start of sigma for a new size (phase 2); the "step" is the block. */
  sigmaStart: 10,
  /** Random projections and starts of factorisations. */
  factorisation: 11,
  /** Random directions, subsets and splits of quality measures. */
  metrics: 12,
  /** Inputs made up for comparing two implementations. */
  parity: 13,
  /** Halves of the real pictures, and the order of classes, for an evaluation. */
  evaluation: 14,
} as const;
export type Stream = (typeof STREAMS)[keyof typeof STREAMS];
