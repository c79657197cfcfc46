/** A fingerprint of everything that the continuation of a run depends on: a state is only resumed under the settings that made it. */
import { createHash } from 'node:crypto';
import type { TrainStep } from './trainStep';
import type { RateGroup, TrainOptions } from './options';

/** Not part of it, because they do not change any number: backend, threads, and how often things are saved or shown. */
export function trainingHash(options: TrainOptions, step: TrainStep, groups: Record<string, RateGroup>): string {
  const { weights, diffusion, train, data, evaluation } = options;
  const { steps, batchSize, accumulate, schedule, warmupSteps, beta1, beta2, gradientClip, emaDecay, labelDropout, horizontalFlip, lossWeighting, seed } = train;
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify([
      Object.entries(weights.config).sort(([a], [b]) => (a < b ? -1 : 1)),
      weights.ranks && Object.entries(weights.ranks).sort(([a], [b]) => (a < b ? -1 : 1)),
      [diffusion.timesteps, diffusion.schedule, diffusion.prediction],
      [steps, batchSize, accumulate, schedule, warmupSteps, beta1, beta2, gradientClip, emaDecay, labelDropout, horizontalFlip, seed],
      step.trained.map(({ name, group }) => [name, weights.tensors[name].shape, groups[group].learningRate, groups[group].weightDecay]),
      evaluation ?? 'auto',
      // Noted only where it differs from what was the one way before there was a choice: older states still fit.
      ...(train.emaWarmup ? [] : ['average without warm-up']),
      // Left out where it is as it always was, so that states from before there was a choice still fit.
      ...(lossWeighting === 'uniform' ? [] : [lossWeighting]),
    ]),
  );
  hash.update(data.labels);
  hash.update(data.images);
  for (const [name, { data: values }] of Object.entries(step.spec.constants).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(name);
    hash.update(values);
  }
  return hash.digest('hex');
}
