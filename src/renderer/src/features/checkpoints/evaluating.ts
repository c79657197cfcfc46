/** The form of an evaluation and its way to the request and the command. */
import type { SamplerId } from '@shared/config';
import type { Checkpoint, Dataset, Evaluation } from '@shared/entities';
import type { ParamsIn } from '@shared/protocol';
import { CLASSIFIER_FEATURES, MAX_REAL, countProblem, type FeatureKind, type Network, pixelComponents } from '@shared/quality';
import type { Problem } from '../../client/plan';
import { commandLine } from '../../components/wizard/commandLine';
import { stepsText } from './describe';

export interface EvaluatingValues {
  features: FeatureKind;
  /** Path of the ONNX file. */
  extractor: string;
  /** `name`: told from the file's name. */
  network: Network | 'name';
  samples?: number;
  guidanceScale?: number;
  sampler: SamplerId;
  steps: string;
  seed?: number;
  useEma: boolean;
}

export const INITIAL_EVALUATING: EvaluatingValues = { features: 'pixels', extractor: '', network: 'name', samples: 512, guidanceScale: 1, sampler: 'ddim', steps: 'ddim25', seed: 0, useEma: true };

export const FEATURE_LABELS: Record<FeatureKind, string> = { pixels: 'Pixels (principal components)', classifier: 'Own classifier', onnx: 'ONNX file' };

/** What the choice means, in one sentence. */
export const FEATURE_HELP: Record<FeatureKind, string> = {
  pixels: 'Sees layout and colour. Nothing to train, the same on every machine.',
  classifier: 'Sees content. Trained once on this dataset; its figures are comparable within it only.',
  onnx: 'A network of your own: Inception gives FID, DINO gives FDD. Input [batch, channels, height, width] in [-1, 1].',
};

export function toEvaluation(v: EvaluatingValues, checkpointId: string, datasetId: string | null): ParamsIn<'evaluations.create'> {
  const onnx = v.features === 'onnx';
  return {
    checkpointId, datasetId: datasetId ?? undefined, features: v.features, extractor: onnx ? v.extractor.trim() || undefined : undefined, network: onnx && v.network !== 'name' ? v.network : undefined,
    samples: v.samples, guidanceScale: v.guidanceScale, sampler: v.sampler, steps: v.steps.trim(), seed: v.seed, useEma: v.useEma,
  };
}

export function toEvaluateCommand(v: EvaluatingValues, checkpointId: string, datasetId: string | null): string {
  const onnx = v.features === 'onnx';
  return commandLine('evaluate', {
    checkpoint: checkpointId, dataset: datasetId, features: onnx ? v.extractor.trim() || 'FILE.onnx' : v.features, network: onnx && v.network !== 'name' ? v.network : null,
    samples: v.samples, cfg: v.guidanceScale, sampler: v.sampler, steps: v.steps.trim(), seed: v.seed, 'no-ema': !v.useEma,
  });
}

/** What can be told without asking the host. */
export function evaluatingProblems(v: EvaluatingValues, checkpoint: Checkpoint, dataset: Dataset | undefined): Problem[] {
  const out: Problem[] = [];
  const { model } = checkpoint;
  if (!dataset) out.push({ field: 'datasetId', message: 'Choose the real pictures.' });
  else if (dataset.size !== model.inputSize || dataset.channels !== model.inChannels) out.push({ field: 'datasetId', message: `Its pictures are ${dataset.size} × ${dataset.size} with ${dataset.channels} channels; the model draws ${model.inputSize} × ${model.inputSize} with ${model.inChannels}.` });
  else if (dataset.classes.length !== model.numClasses) out.push({ field: 'datasetId', message: `It has ${dataset.classes.length} classes and the model knows ${model.numClasses}.` });
  if (v.features === 'onnx' && v.extractor.trim() === '') out.push({ field: 'extractor', message: 'Give the path of the file.' });
  if (v.samples !== undefined && (v.samples < 2 || v.samples > 100_000)) out.push({ field: 'samples', message: 'Draw 2 to 100,000 pictures.' });
  else if (dataset && v.features !== 'onnx') {
    const real = Math.min(dataset.images, MAX_REAL);
    const dimension = v.features === 'classifier' ? CLASSIFIER_FEATURES : pixelComponents(real, dataset.channels * dataset.size ** 2);
    const problem = countProblem(dimension, real, v.samples ?? INITIAL_EVALUATING.samples!);
    if (problem) out.push(problem);
  }
  if (v.features === 'classifier' && dataset?.classes.length === 1) out.push({ field: 'features', message: 'With one class there is nothing to tell apart.' });
  if (!/^(ddim)?[1-9]\d*$/.test(v.steps.trim())) out.push({ field: 'steps', message: 'Give a number such as 50, or ddim25.' });
  if (v.guidanceScale !== undefined && (v.guidanceScale < 0 || v.guidanceScale > 100)) out.push({ field: 'guidanceScale', message: 'Choose a scale from 0 to 100; 1 is no guidance.' });
  return out;
}

/** How the samples were drawn, in one line. */
export function describeDrawing(e: Evaluation): string {
  return `${e.sampler.toUpperCase()}, ${stepsText(e.steps)}, guidance ${e.guidanceScale}, seed ${e.seed}`;
}
