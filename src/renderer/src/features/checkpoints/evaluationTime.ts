/** How long an evaluation will take here: from earlier ones on the same features, else from how fast this machine trains. */
import type { Checkpoint, Evaluation } from '@shared/entities';
import { drawingMacs, estimateMs, type Speed } from '@shared/speed';
import type { EvaluatingValues } from './evaluating';

const SAMPLES = 512;

/** Milliseconds; null where the form is not complete or nothing was measured. */
export function evaluationMs(v: EvaluatingValues, checkpoint: Checkpoint, earlier: readonly Evaluation[], checkpoints: readonly Checkpoint[], trained: readonly Speed[], gflops: number | null): number | null {
  const macs = drawingMacs(checkpoint.model, checkpoint.ranks, { samples: v.samples ?? SAMPLES, steps: v.steps.trim(), guidanceScale: v.guidanceScale ?? 1 });
  if (!(macs > 0)) return null;
  const alike = earlier.flatMap((e): Speed[] => {
    const own = checkpoints.find((c) => c.id === e.checkpointId);
    return own && e.featureKind === v.features ? [{ kind: 'train', steps: SAMPLES, macsPerStep: drawingMacs(own.model, own.ranks, e), msPerStep: e.elapsedMs }] : [];
  });
  return estimateMs(macs, 'train', alike.length > 0 ? alike : trained, gflops);
}
