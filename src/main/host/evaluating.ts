/** Checks of a request for an evaluation: everything that can be told before a worker starts. */
import { createHash } from 'node:crypto';
import type { Checkpoint, Dataset } from '../../shared/entities';
import type { Params } from '../../shared/protocol';
import { CLASSIFIER_FEATURES, MAX_REAL, countProblem, pixelComponents } from '../../shared/quality';
import type { Problem } from './run-specs';
import { stepsProblem } from './sampling';

type Request = Params<'evaluations.create'>;

/** What stands against evaluating `checkpoint` on `dataset`; an extractor's own demands are known once a worker has opened it. */
export function evaluationProblems(checkpoint: Checkpoint, dataset: Dataset, request: Request): Problem[] {
  const { model, diffusion } = checkpoint;
  const problems: Problem[] = [];
  if (dataset.trashedAt !== null) problems.push({ field: 'datasetId', message: `The dataset ${dataset.name} is in the trash.`, hint: 'Restore it first.' });
  if (model.inputSize !== dataset.size || model.inChannels !== dataset.channels)
    problems.push({ field: 'datasetId', message: `The model draws pictures of ${model.inputSize}x${model.inputSize} with ${model.inChannels} channels; the dataset ${dataset.name} has ${dataset.size}x${dataset.size} with ${dataset.channels}.`, hint: `Choose a dataset of size ${model.inputSize}, or add the pictures again at that size.` });
  else if (model.numClasses !== dataset.classes.length)
    problems.push({ field: 'datasetId', message: `The model knows ${model.numClasses} classes and the dataset ${dataset.name} has ${dataset.classes.length}.`, hint: 'Choose the dataset that the model was trained on.' });
  const unknown = request.classes?.find((c) => c > model.numClasses);
  if (unknown !== undefined) problems.push({ field: 'classes', message: `There is no class ${unknown}: this model knows 0 to ${model.numClasses - 1}, and ${model.numClasses} for no class.`, hint: 'Choose classes in that range.' });
  const steps = stepsProblem(request.steps, diffusion.timesteps);
  if (steps) problems.push(steps);
  return [...problems, ...featureProblems(dataset, request)];
}

function featureProblems(dataset: Dataset, { features, extractor, samples }: Request): Problem[] {
  const real = Math.min(dataset.images, MAX_REAL);
  switch (features) {
    case 'pixels':
      return present(countProblem(pixelComponents(real, dataset.channels * dataset.size ** 2), real, samples));
    case 'classifier':
      if (dataset.classes.length < 2) return [{ field: 'features', message: `The dataset ${dataset.name} has one class, so there is nothing that a classifier could tell apart.`, hint: 'Measure on the pixels, or bring an extractor.' }];
      return present(countProblem(CLASSIFIER_FEATURES, real, samples));
    case 'onnx':
      return extractor === undefined ? [{ field: 'extractor', message: 'No extractor was given.', hint: 'Give the path of an ONNX file that turns pictures into features.' }] : [];
    default:
      return features satisfies never;
  }
}

const present = (problem: Problem | null): Problem[] => (problem ? [problem] : []);

/** Names what decides the drawn pictures, so that a repeated request finds those that an interrupted one left. */
export function drawingKey(checkpoint: Checkpoint, dataset: Dataset, request: Request): string {
  const { samples, classes, seed, guidanceScale, guidanceChannels, sampler, steps, eta, clipDenoised, fixedVariance = 'fixed-large', useEma, backend } = request;
  const decisive = [checkpoint.sha256, dataset.id, samples, classes ?? null, seed, guidanceScale, guidanceChannels, sampler, steps, eta, clipDenoised, fixedVariance, useEma, backend];
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, 24);
}
