import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TrainConfig, diffusionSchema, sampleConfigSchema, trainConfigSchema } from '../../../shared/config';
import { METRIC_IDS } from '../../../shared/quality';
import { type JobOf, type JobResult, jobResultSchemas } from '../../../shared/worker';
import { readModel, writeModel } from '../checkpoint/model';
import { readSafetensors } from '../checkpoint/safetensors';
import { openDataset } from '../data/open';
import { prepareDataset } from '../data/prepare';
import { fitPixelPca, measureQuality } from '../metrics';
import { realPictures } from '../metrics/realPictures';
import { STREAMS, counterRandom } from '../random';
import { resolveBackend } from '../tensor/backends';
import { exportForward } from '../tensor/onnx/exportForward';
import { tf } from '../tensor/tf';
import { runJob } from '.';

const root = mkdtempSync(join(tmpdir(), 'fine-evaluate-'));
const datasetDir = join(root, 'dataset');
const checkpointFile = join(root, 'model.safetensors');
const { classes: _none, ...sample } = sampleConfigSchema.parse({ steps: '4', classes: [0], seed: 5 });

function evaluateJob(name: string, over: Partial<JobOf<'evaluate'>> = {}): JobOf<'evaluate'> {
  return { kind: 'evaluate', checkpointFile, datasetDir, workDir: join(root, name), features: 'pixels', extractorFile: null, network: null, samples: 72, classes: null, sample, rawFile: null, backend: 'auto', threads: 1, ...over };
}

/** Runs a job, which is cancelled as soon as it looks and `stop` holds: reports of progress come by the clock, and may be too late. */
async function run(job: Parameters<typeof runJob>[0], stop: () => boolean = () => false): Promise<{ result: JobResult<'evaluate'>; phases: Set<string> }> {
  const phases = new Set<string>();
  const { signal } = new AbortController();
  Object.defineProperty(signal, 'aborted', { get: stop });
  const end = await runJob(job, {
    signal,
    pauseRequested: () => false,
    emit(event) {
      if (event.type === 'progress') phases.add(event.phase);
    },
  });
  return { result: (end as { result: JobResult<'evaluate'> }).result, phases };
}

/** An extractor as somebody else would bring it: the means of the four quarters of every channel, as maps or flat. */
function saveExtractor(name: string, body: (x: tf.Tensor) => tf.Tensor, shape = [3, 16, 16]): string {
  const file = join(root, name);
  const { model } = exportForward({ bodyAtBatch: (batch) => ({ name, constants: {}, state: {}, inputs: { x: { shape: [batch, ...shape], dtype: 'float32' } }, body: ({ inputs }) => ({ state: {}, outputs: { features: body(inputs.x) } }) }) });
  writeFileSync(file, model);
  return file;
}
const quarters = (x: tf.Tensor): tf.Tensor => tf.mean(tf.reshape(x, [-1, 3, 2, 8, 2, 8]), [3, 5]);

/** Two classes of grainy 16x16 pictures, every one of a colour of its own: bright on the left, or bright on top. */
async function makePictures(folder: string, perClass: number): Promise<string> {
  for (const [k, name] of ['left', 'top'].entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const random = counterRandom(i, STREAMS.metrics, k);
      const colour = random.uniforms(3);
      const pixels = random.normals(768).map((z, at) => {
        const bright = (k === 0 ? Math.floor(at / 3) % 16 : Math.floor(at / 48)) < 8;
        return Math.max(0, Math.min(255, 20 * z + 40 + (bright ? 180 * colour[at % 3] : 0)));
      });
      await sharp(Buffer.from(pixels), { raw: { width: 16, height: 16, channels: 3 } }).png().toFile(join(folder, name, `${i}.png`));
    }
  }
  return folder;
}

beforeAll(async () => {
  await prepareDataset({ source: await makePictures(join(root, 'pictures'), 72), sourceKind: 'folder', size: 16, name: 'Shapes', datasetDir });
  const train: TrainConfig = trainConfigSchema.parse({ steps: 10, batchSize: 8, warmupSteps: 0, learningRate: 0.002, threads: 1 });
  const model = { inputSize: 16, patchSize: 4, inChannels: 3, hiddenSize: 16, depth: 1, heads: 2, mlpRatio: 4, numClasses: 2, learnSigma: false };
  await runJob(
    { kind: 'pretrain', runId: 'r', runDir: join(root, 'run'), datasetDir, diffusion: diffusionSchema.parse({}), train, checkpointFile, sample: null, resume: false, startedOn: null, model, factors: null },
    { emit: () => {}, signal: new AbortController().signal, pauseRequested: () => false },
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('the figures are those of measureQuality on the same samples, the loss is the one that training found', async () => {
  const rawFile = join(root, 'raw.safetensors');
  const { result, phases } = await run(evaluateJob('pixels', { rawFile }));
  expect(jobResultSchemas.evaluate.safeParse(result).error).toBeUndefined();
  expect(phases).toEqual(new Set(['finding the principal components', 'describing the real pictures', 'measuring the held-out loss', 'drawing samples', 'comparing']));

  const { samples } = (await readSafetensors(rawFile)).tensors;
  expect(samples.shape).toEqual([72, 3, 16, 16]);
  const { images } = realPictures(openDataset(datasetDir));
  expect(images.count).toBe(144);
  const pca = await fitPixelPca(images, { backend: await resolveBackend('auto'), components: 64 });
  const figures = await measureQuality(METRIC_IDS, pca, images, { data: samples.data as Float32Array, count: 72, channels: 3, size: 16 });
  expect(result.figures.map(({ floor: _floor, ...figure }) => figure)).toEqual(figures);
  expect(result.figures.map((figure) => figure.name)).toContain('FD-72 (pca-64 of pixels)');
  expect(result.omitted.map(({ label }) => label)).toEqual(['sFD', 'IS']);
  // A model of ten steps is far from real pictures; their two halves are close to each other.
  const by = Object.fromEntries(result.figures.map((figure) => [figure.metric, figure]));
  expect(by.fd.value).toBeGreaterThan(3 * by.fd.floor!);
  expect(by.coverage.value).toBeLessThan(by.coverage.floor!);

  const { loss } = await readModel(checkpointFile);
  expect(result.validation!.loss).toBeCloseTo(loss!, 6);
  expect(result.validation!.bands.map(({ from, to, count }) => [from, to, count])).toEqual([[0, 250, 64], [250, 500, 64], [500, 750, 64], [750, 1000, 64]]);
  expect(result.validation!.bands.reduce((sum, band) => sum + band.loss / 4, 0)).toBeCloseTo(result.validation!.loss, 6);
});

test('an evaluation that was stopped goes on from the pictures it had drawn, to the same figures', async () => {
  await expect(run(evaluateJob('stopped'), () => existsSync(join(root, 'stopped', 'samples-0000000.safetensors')))).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(join(root, 'stopped'))).toEqual(['samples-0000000.safetensors']);
  const first = statSync(join(root, 'stopped', 'samples-0000000.safetensors')).mtimeMs;
  // A part that was cut off counts as not drawn.
  writeFileSync(join(root, 'stopped', 'samples-0000064.safetensors'), 'half a fi');
  const { result } = await run(evaluateJob('stopped'));
  expect(statSync(join(root, 'stopped', 'samples-0000000.safetensors')).mtimeMs).toBe(first);
  expect(result.figures).toEqual((await run(evaluateJob('whole'))).result.figures);
});

test('the classifier of a dataset is trained once and gives maps and probabilities', async () => {
  const first = await run(evaluateJob('classifier', { features: 'classifier' }));
  expect(first.phases).toContain('training the classifier');
  expect(existsSync(join(datasetDir, 'classifier.safetensors'))).toBe(true);
  const second = await run(evaluateJob('classifier', { features: 'classifier' }));
  expect(second.phases).not.toContain('training the classifier');
  expect(second.result.figures).toEqual(first.result.figures);
  expect(first.result.figures.map((figure) => figure.metric)).toEqual(METRIC_IDS);
  expect(first.result.figures[0].name).toBe('FD-72 (classifier-64 trained on the same data)');
});

test('an extractor of the person gives figures with its name; one that does not fit is refused before anything is drawn', async () => {
  const { result } = await run(evaluateJob('onnx', { features: 'onnx', extractorFile: saveExtractor('inception-like.onnx', quarters) }));
  expect(result.figures.slice(0, 2).map((figure) => figure.name)).toEqual(['FID-72 (inception-like.onnx, 3 features)', 'sFID-72 (inception-like.onnx, 3 features)']);
  expect(result.dimension).toBe(3);

  const refused = (name: string, extractorFile: string, over: Partial<JobOf<'evaluate'>> = {}) => run(evaluateJob(name, { features: 'onnx', extractorFile, ...over }));
  writeFileSync(join(root, 'garbage.onnx'), 'garbage');
  await expect(refused('no', join(root, 'garbage.onnx'))).rejects.toMatchObject({ code: 'format', field: 'extractor' });
  await expect(refused('no', saveExtractor('rows.onnx', (x) => tf.mul(x, 2), [3]))).rejects.toMatchObject({ code: 'format', field: 'extractor' });
  await expect(refused('no', saveExtractor('grey.onnx', (x) => tf.mean(x, [2, 3]), [1, 16, 16]))).rejects.toMatchObject({ code: 'invalid-input', field: 'extractor' });
  await expect(refused('no', saveExtractor('wide.onnx', (x) => tf.reshape(x, [-1, 768])))).rejects.toMatchObject({ code: 'invalid-input', field: 'features', message: expect.stringContaining('144 pictures, too few for 768 features') });
  await expect(refused('no', saveExtractor('few.onnx', (x) => tf.reshape(quarters(x), [-1, 12])), { samples: 12 })).rejects.toMatchObject({ code: 'invalid-input', field: 'samples', hint: 'Draw at least 13.' });
  await expect(refused('no', saveExtractor('log.onnx', (x) => tf.mean(tf.log(x), [2, 3])))).rejects.toMatchObject({ code: 'format', field: 'extractor' });
  expect(existsSync(join(root, 'no'))).toBe(false);
});

test('a model whose training diverged is told apart from one that is merely bad', async () => {
  const broken = await readModel(checkpointFile);
  const name = 'final_layer.linear.bias';
  const spoilt = { ...broken.weights, tensors: { ...broken.weights.tensors, [name]: { ...broken.weights.tensors[name], data: broken.weights.tensors[name].data.map(() => Number.NaN) } } };
  await writeModel(join(root, 'broken.safetensors'), { ...broken, weights: spoilt, ema: null });
  await expect(run(evaluateJob('broken', { checkpointFile: join(root, 'broken.safetensors') }))).rejects.toMatchObject({ code: 'diverged' });
});
