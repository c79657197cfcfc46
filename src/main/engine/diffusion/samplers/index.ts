/** The samplers by name. To add one: write its file, add its line here and its name to `SAMPLERS` in the configuration. */
import type { SamplerId } from '../../../../shared/config';
import { ddim } from './ddim';
import { ddpm } from './ddpm';
import { dpmSolverPP2M, dpmSolverPP2MBounded } from './dpmSolverPP2M';
import type { Sampler } from './types';
import { unipc, unipcBounded } from './unipc';

export const samplers: Record<SamplerId, Sampler> = {
  ddim,
  ddpm,
  'dpm++2m': dpmSolverPP2M,
  'dpm++2m-bounded': dpmSolverPP2MBounded,
  unipc,
  'unipc-bounded': unipcBounded,
};
