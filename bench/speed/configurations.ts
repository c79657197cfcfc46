/** What is compared: the four shapes that the project answers for, and the modes of the two sides. */
import type { BackendId } from '../../src/shared/config';

export interface BenchConfig {
  mode: 'train' | 'loop' | 'sigma' | 'factor' | 'sample';
  /** Time several steps at once, as `loop` does. */
  windowed?: boolean;
  batch: number;
  channels: number;
  size: number;
  patch: number;
  hidden: number;
  depth: number;
  heads: number;
  classes?: number;
  rank?: number;
  /** With mode `sigma`: the blocks' biases are trained as well, as phase 2 does by default; the paper trains sigma alone. */
  biases?: boolean;
  threads?: number;
  backend?: BackendId;
  evaluation?: 'auto' | 'rebuild' | 'factored';
  ema?: boolean;
  /** PyTorch only. */
  adam?: 'default' | 'fused';
  compile?: boolean;
  bf16?: boolean;
}

export const SHAPES: Record<string, Omit<BenchConfig, 'mode'>> = {
  'hidden 256, depth 6, 64 tokens, batch 32': { batch: 32, channels: 4, size: 16, patch: 2, hidden: 256, depth: 6, heads: 4 },
  'hidden 128, depth 4, 64 tokens, batch 32': { batch: 32, channels: 4, size: 16, patch: 2, hidden: 128, depth: 4, heads: 4 },
  'hidden 384, depth 12, 64 tokens, batch 8': { batch: 8, channels: 4, size: 16, patch: 2, hidden: 384, depth: 12, heads: 6 },
  'hidden 256, depth 6, 256 tokens, batch 8': { batch: 8, channels: 4, size: 32, patch: 2, hidden: 256, depth: 6, heads: 4 },
};
