/** What every sampler gets and gives back. */
import type { Diffusion } from '../gaussian';

export interface SamplerRun {
  diffusion: Diffusion;
  /** Start noise [B, C, H, W]; not changed. */
  x: Float32Array;
  batch: number;
  /**
   * The model's output [B, Cout, H, W] at `x`. `timestep` is the step of the full process that the model is told, `index` its
   * place in the (respaced) process of `diffusion`.
   */
  denoise(x: Float32Array, timestep: number, index: number): Promise<Float32Array>;
  /** Standard normal values [B, C, H, W] for the given position in the run, 0 for the first (noisiest) step. */
  noise(position: number): Float32Array;
  /** Clip the predicted clean image to [-1, 1] in every step. */
  clip: boolean;
  /** 0 gives the deterministic process of DDIM, 1 the noise of DDPM; only DDIM reads it. */
  eta: number;
  /** Called after every evaluation of the model; may throw to stop the run. */
  progress?(done: number, total: number): void;
}

/** Runs the whole process and gives the sample as it ends, not clipped. */
export type Sampler = (run: SamplerRun) => Promise<Float32Array>;
