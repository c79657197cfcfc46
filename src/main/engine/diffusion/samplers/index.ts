/** The samplers by name. To add one: write its file, add its line here and its name to `SAMPLERS` in the configuration. */
import type { SamplerId } from '../../../../shared/config';
import { ddim } from './ddim';
import { ddpm } from './ddpm';
import { dpmSolverPP2M } from './dpmSolverPP2M';
import type { Sampler } from './types';
import { unipc } from './unipc';

export const samplers: Record<SamplerId, Sampler> = {
  ddim,
  ddpm,
  'dpm++2m': dpmSolverPP2M,
  unipc,
};
