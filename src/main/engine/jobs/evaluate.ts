/** How good a checkpoint's samples are: drawn, described by features, compared with the real pictures; and its held-out loss. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../../shared/errors';
import { METRIC_IDS, countProblem, pixelComponents } from '../../../shared/quality';
import type { JobOf, JobResult } from '../../../shared/worker';
import { type ModelContent, bestWeights, readModel } from '../checkpoint/model';
import { writeSafetensors } from '../checkpoint/safetensors';
import { type OpenDataset, openDataset } from '../data/open';
import { type Extracted, type FeatureExtractor, computeFigures, fitPixelPca, metricLabel, openOnnxExtractor, shortage } from '../metrics';
import { allFinite, extractInParts, joinExtracted, pickExtracted } from '../metrics/extracted';
import { storedClassifier } from '../metrics/extractors/storedClassifier';
import { type RealPictures, realPictures } from '../metrics/realPictures';
import type { ModelWeights } from '../model/types';
import { STREAMS, counterRandom } from '../random';
import { DRAWN_PART, drawPart, drawnBefore } from '../sample/drawnParts';
import { compileModel } from '../sample/forward';
import { compiledBatch } from '../sample/generate';
import { resolveBackend } from '../tensor/backends';
import type { Backend } from '../tensor/types';
import { VALIDATION_SAMPLES, Validation, meanOf } from '../train/validation';
import { type JobContext, progressReporter, throwIfCancelled } from './context';

const LARGEST_BATCH = 16;
const VALIDATION_BATCH = 32;
/** Equal parts of the timesteps whose losses are reported apart. */
const BANDS = 4;

type Job = JobOf<'evaluate'>;

/**
 * Everything that can be refused is refused before the first picture is drawn: the extractor has by then described all real
 * pictures. Errors: `format` and `invalid-input` for an extractor that does not fit or too few pictures, `diverged` for a model
 * that draws no pictures.
 */
export async function evaluateJob(job: Job, context: JobContext): Promise<JobResult<'evaluate'>> {
  const begun = performance.now();
  const stored = await readModel(job.checkpointFile);
  const weights = job.sample.useEma ? bestWeights(stored) : stored.weights;
  const data = openDataset(job.datasetDir);
  const backend = await resolveBackend(job.backend, { threads: job.threads });
  const pictures = realPictures(data);
  const extractor = await openExtractor(job, data, pictures, backend, context);
  try {
    const real = await describeReal(extractor, pictures, context);
    const wrong = countProblem(extractor.dimension, pictures.images.count, job.samples);
    if (wrong) throw new AppError('invalid-input', wrong.message, { hint: wrong.hint, field: wrong.field });
    const validation = await validate(weights, stored, data, backend, job.threads, context);
    const generated = await describeSamples(job, stored, weights, pictures, extractor, backend, context);
    return { featureName: extractor.name, dimension: extractor.dimension, realImages: pictures.images.count, ...(await compare(extractor, real, generated, context)), validation, elapsedMs: performance.now() - begun };
  } finally {
    await extractor.dispose();
  }
}

async function openExtractor(job: Job, data: OpenDataset, { images }: RealPictures, backend: Backend, context: JobContext): Promise<FeatureExtractor> {
  const { signal } = context;
  switch (job.features) {
    case 'pixels':
      context.emit({ type: 'progress', phase: 'finding the principal components', done: 0, total: 0, perSecond: null, etaMs: null });
      return fitPixelPca(images, { backend, components: pixelComponents(images.count, images.channels * images.size ** 2) });
    case 'classifier': {
      let report: ((done: number) => void) | null = null;
      return storedClassifier(job.datasetDir, data, { backend, signal, onProgress: (done, total) => (report ??= progressReporter(context, 'training the classifier', total))(done) });
    }
    case 'onnx':
      if (job.extractorFile === null) throw new AppError('invalid-input', 'No extractor was given.', { field: 'extractor' });
      return openOnnxExtractor(job.extractorFile, images, { network: job.network, threads: job.threads });
    default:
      return job.features satisfies never;
  }
}

async function describeReal(extractor: FeatureExtractor, { images }: RealPictures, context: JobContext): Promise<Extracted> {
  const report = progressReporter(context, 'describing the real pictures', images.count);
  const real = await extractInParts(extractor, images, (done) => breathe(context, () => report(done)));
  return finite(extractor, real);
}

function finite(extractor: FeatureExtractor, extracted: Extracted): Extracted {
  if (allFinite(extracted)) return extracted;
  throw new AppError('format', `${extractor.name}: not all of its features are finite numbers.`, { cause: 'The extractor expects other values than pictures in [-1, 1], or its file is damaged.', hint: 'Export it with its own scaling of the pictures inside.', field: 'extractor' });
}

/** Lets messages in, of a cancel among them, between pieces of work that compute in this thread. */
async function breathe(context: JobContext, report: () => void): Promise<void> {
  report();
  await nextTurn();
  throwIfCancelled(context);
}

async function validate(weights: ModelWeights, { diffusion }: ModelContent, data: OpenDataset, backend: Backend, threads: number, context: JobContext): Promise<JobResult<'evaluate'>['validation']> {
  const validation = await Validation.create(backend, data, VALIDATION_SAMPLES, { model: weights, frozen: weights.tensors, trained: {}, diffusion, batchSize: VALIDATION_BATCH }, threads);
  if (!validation) return null;
  try {
    let done = 0;
    const report = progressReporter(context, 'measuring the held-out loss', VALIDATION_SAMPLES);
    const { losses, timesteps } = await validation.losses({}, () => {
      throwIfCancelled(context);
      report((done += VALIDATION_BATCH));
    });
    const bands = Array.from({ length: BANDS }, (_, band) => {
      const [from, to] = [band, band + 1].map((edge) => Math.round((edge * diffusion.timesteps) / BANDS)) as [number, number];
      const inside = losses.filter((_loss, i) => timesteps[i] >= from && timesteps[i] < to);
      return { from, to, loss: meanOf(inside), count: inside.length };
    });
    const loss = meanOf(losses);
    if (!Number.isFinite(loss)) throw new AppError('diverged', 'The held-out loss of this model is not a number.', { cause: 'Its training has diverged.', hint: 'Choose an earlier checkpoint.', field: 'checkpointId' });
    return { loss, bands: bands.filter(({ count }) => count > 0) };
  } finally {
    await validation.dispose();
  }
}

/** Features of the samples, taken part by part while they are drawn, so that no number of them fills the memory. */
async function describeSamples(job: Job, { diffusion }: ModelContent, weights: ModelWeights, { images, labels }: RealPictures, extractor: FeatureExtractor, backend: Backend, context: JobContext): Promise<Extracted> {
  const classes = drawnClasses(job, labels);
  const batch = Math.min(LARGEST_BATCH, job.samples);
  const { channels, size } = images;
  const already = await drawnBefore({ dir: job.workDir, classes }, channels * size * size);
  const report = progressReporter(context, 'drawing samples', job.samples, already);
  const model = await compileModel(weights, { backend, batch: compiledBatch(batch, job.sample.guidanceScale), fixed: true, threads: job.threads });
  try {
    const parts: Extracted[] = [];
    const kept: Float32Array[] = [];
    for (let first = 0; first < job.samples; first += DRAWN_PART) {
      const drawn = await drawPart(model, first, { dir: job.workDir, diffusion, sample: job.sample, classes, batch, signal: context.signal, onProgress: report });
      parts.push(finite(extractor, await extractor.extract({ data: drawn, count: Math.min(DRAWN_PART, job.samples - first), channels, size })));
      if (job.rawFile) kept.push(drawn);
      await breathe(context, () => report(Math.min(job.samples, first + DRAWN_PART)));
    }
    if (job.rawFile) await writeSafetensors(job.rawFile, { samples: { shape: [job.samples, channels, size, size], data: joined(kept) } });
    return joinExtracted(parts);
  } finally {
    await model.dispose();
  }
}

/** Those given in turn, or the labels of the real pictures in one random order after another: as often as the dataset has them. */
function drawnClasses({ classes, samples, sample: { seed } }: Job, labels: Int32Array): number[] {
  if (classes) return Array.from({ length: samples }, (_, i) => classes[i % classes.length]);
  const out: number[] = [];
  for (let round = 1; out.length < samples; round++) for (const index of counterRandom(seed, STREAMS.evaluation, round).permutation(labels.length)) out.push(labels[index]);
  return out.slice(0, samples);
}

/** Every figure beside its floor: the same between two halves of the real pictures, always the same halves. */
async function compare(extractor: FeatureExtractor, real: Extracted, generated: Extracted, context: JobContext): Promise<Pick<JobResult<'evaluate'>, 'figures' | 'omitted'>> {
  const count = real.features.count;
  const order = counterRandom(0, STREAMS.evaluation, 0).permutation(count);
  const [one, other] = [order.slice(0, count >> 1), order.slice(count >> 1)].map((half) => pickExtracted(real, half));
  const report = progressReporter(context, 'comparing', METRIC_IDS.length);
  const out: Pick<JobResult<'evaluate'>, 'figures' | 'omitted'> = { figures: [], omitted: [] };
  const possible = METRIC_IDS.filter((metric) => {
    const reason = shortage(metric, real, generated);
    if (reason) out.omitted.push({ label: metricLabel(metric, extractor), reason });
    return reason === null;
  });
  await breathe(context, () => report(1));
  const figures = computeFigures(possible, extractor, real, generated);
  await breathe(context, () => report(METRIC_IDS.length / 2));
  const floors = computeFigures(possible.filter((metric) => shortage(metric, one, other) === null), extractor, one, other);
  out.figures = figures.map((figure) => ({ ...figure, floor: floors.find(({ metric }) => metric === figure.metric)?.value ?? null }));
  report(METRIC_IDS.length);
  return out;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
