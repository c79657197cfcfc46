/** What an initialisation run tells about its size. */
import type { Run } from '@shared/entities';

export interface Outcome {
  depth: number;
  checkpointId: string | null;
  lossBefore: number | null;
  lossAfter: number | null;
  parameters: number | null;
  tuned: number | null;
  uvBefore: string | null;
  uvAfter: string | null;
  /** U and V were derived for another shape than the learngene's, so that their hash is another one. */
  derived: boolean;
}

export function outcome(run: Run): Outcome {
  const result = run.result ?? {};
  const number = (key: string) => (typeof result[key] === 'number' ? (result[key] as number) : null);
  const text = (key: string) => (typeof result[key] === 'string' ? (result[key] as string) : null);
  return {
    depth: depthOf(run), checkpointId: text('checkpointId'), lossBefore: number('lossBefore'), lossAfter: number('lossAfter'),
    parameters: number('parameters'), tuned: number('trainedParameters'), uvBefore: text('uvHashBefore'), uvAfter: text('uvHashAfter'),
    derived: Boolean((run.config.sigma as { resize?: unknown } | undefined)?.resize),
  };
}

export function depthOf(run: Run): number {
  return (run.config.sigma as { depth?: number } | undefined)?.depth ?? (run.config.model as { depth?: number } | undefined)?.depth ?? 0;
}
