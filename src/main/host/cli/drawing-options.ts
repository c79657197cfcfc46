/** Options of every command that draws pictures with a checkpoint, defined once; what is clipped is for each command to say. */
import { Option, type Command } from 'commander';
import { FIXED_VARIANCES, SAMPLERS, type BackendId, type SamplerId } from '../../../shared/config';
import { backend, decimal, whole, wholeList } from './arguments';

export interface DrawingOptions {
  checkpoint: string;
  class?: number[];
  seed: number;
  cfg: number;
  guidanceChannels: 'three' | 'all';
  sampler: SamplerId;
  steps: string;
  eta: number;
  variance?: (typeof FIXED_VARIANCES)[number];
  ema: boolean;
  backend?: BackendId;
}

/** @param steps default of `--steps` @param classDefault which classes are drawn when none is given */
export function drawingOptions(command: Command, { steps, classDefault }: { steps: string; classDefault: string }): Command {
  return command
    .requiredOption('--checkpoint <id>', 'the model')
    .option('--class <n>', `a class or several, as 3 or 3,7,1; ${classDefault} by default`, wholeList)
    .option('--seed <n>', 'of the noise', whole, 0)
    .option('--cfg <scale>', 'classifier-free guidance; 1 is none', decimal, 1)
    .addOption(new Option('--guidance-channels <which>', 'three (as the official code) or all').choices(['three', 'all']).default('three'))
    .addOption(new Option('--sampler <id>', 'how to draw').choices(SAMPLERS).default('ddim'))
    .option('--steps <n>', 'a number, or ddimN', steps)
    .option('--eta <n>', 'noise of DDIM, 0 to 1', decimal, 0)
    .addOption(new Option('--variance <which>', 'of DDPM where the model learns none; fixed-large, as the official code, by default').choices(FIXED_VARIANCES))
    .option('--no-ema', 'the present weights instead of their average')
    .option('--backend <id>', 'what computes', backend);
}

/** As the service takes them. */
export function drawingParams(o: DrawingOptions) {
  return { checkpointId: o.checkpoint, classes: o.class, seed: o.seed, guidanceScale: o.cfg, guidanceChannels: o.guidanceChannels, sampler: o.sampler, steps: o.steps, eta: o.eta, fixedVariance: o.variance, useEma: o.ema, backend: o.backend };
}
