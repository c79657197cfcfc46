/** Figures of the paper (arXiv 2409.19289), FID at 256x256 on ImageNet after 100K steps: to be shown beside, not compared with. */

export const PAPER_MAIN = [
  { model: 'DiT-B, L8', tleg: 49.04, fine: 45.34 },
  { model: 'DiT-B, L10', tleg: 47.22, fine: 42.33 },
  { model: 'DiT-B, L12', tleg: 45.02, fine: 42.74 },
  { model: 'DiT-L, L10', tleg: 41.15, fine: 36.53 },
  { model: 'DiT-L, L12', tleg: 39.72, fine: 35.59 },
] as const;

export const PAPER_SHARING = [
  { model: 'DiT-B, L6', scratch: 80.37, svd: 62.86, fine: 51.58 },
  { model: 'DiT-L, L6', scratch: 72.57, svd: 56.42, fine: 44.38 },
] as const;

export const PAPER_SIGMA = [
  { model: 'DiT-B, L12', random: 77.7, identical: 47.84, line: 46.71, tuned: 42.74 },
  { model: 'DiT-L, L12', random: 73.58, identical: 42.53, line: 39.34, tuned: 35.59 },
] as const;
