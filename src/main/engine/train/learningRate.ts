/** Learning rate over a run, as a factor of the group's rate. */
import type { TrainConfig } from '../../../shared/config';

/**
 * Factor for update number `step` (0-based): a line from 1 / warmupSteps up to 1, then 1, or half a cosine down to 0 at the end
 * of the run (Loshchilov & Hutter 2017, without restarts).
 */
export function rateFactor(step: number, config: Pick<TrainConfig, 'schedule' | 'warmupSteps' | 'steps'>): number {
  const { schedule, warmupSteps, steps } = config;
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  switch (schedule) {
    case 'constant': return 1;
    case 'cosine': return steps > warmupSteps ? 0.5 * (1 + Math.cos((Math.PI * (step - warmupSteps)) / (steps - warmupSteps))) : 1;
    default: return schedule satisfies never;
  }
}
