/** Figures of the paper (arXiv 2409.19289): FID at 256x256 on ImageNet-1K, lower is better, targets trained for 100K steps. */

export interface PaperTable {
  title: string;
  columns: readonly string[];
  rows: readonly { model: string; values: readonly number[] }[];
}

export const PAPER_MAIN: PaperTable = {
  title: 'Initialisations at several depths',
  columns: ['TLEG, the best baseline', 'FINE'],
  rows: [
    { model: 'DiT-B, 8 blocks', values: [49.04, 45.34] },
    { model: 'DiT-B, 10 blocks', values: [47.22, 42.33] },
    { model: 'DiT-B, 12 blocks', values: [45.02, 42.74] },
    { model: 'DiT-L, 10 blocks', values: [41.15, 36.53] },
    { model: 'DiT-L, 12 blocks', values: [39.72, 35.59] },
  ],
};

export const PAPER_SHARING: PaperTable = {
  title: 'What sharing the factors brings (ablation A)',
  columns: ['From scratch', 'SVD of each layer', 'FINE'],
  rows: [
    { model: 'DiT-B, 6 blocks', values: [80.37, 62.86, 51.58] },
    { model: 'DiT-L, 6 blocks', values: [72.57, 56.42, 44.38] },
  ],
};

export const PAPER_SIGMA: PaperTable = {
  title: 'How sigma starts (ablation B)',
  columns: ['Random', 'Identical', 'Linear in depth', 'Trained'],
  rows: [
    { model: 'DiT-B, 12 blocks', values: [77.7, 47.84, 46.71, 42.74] },
    { model: 'DiT-L, 12 blocks', values: [73.58, 42.53, 39.34, 35.59] },
  ],
};
