/** Pictures from a compiled model: start noise, guidance, sampler, one batch after another. */
import type { DiffusionConfig, SampleConfig } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import { createDiffusion } from '../diffusion/gaussian';
import { samplers } from '../diffusion/samplers';
import { guidedForward } from '../model/guidance';
import { outChannels } from '../model/parameters';
import { STREAMS, counterRandom } from '../random';
import type { CompiledModel } from './forward';

export interface GenerateOptions {
  diffusion: DiffusionConfig;
  sample: Omit<SampleConfig, 'useEma'>;
  /** Start noise [N, C, H, W]; drawn from the seed when left out. */
  noise?: Float32Array;
  /** Pictures per batch; twice as many model evaluations under guidance. */
  batch: number;
  /** Model evaluations done and due, over all batches. */
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/** Batch to compile a model with, so that `batch` pictures (doubled under guidance) make one run of it. */
export function compiledBatch(pictures: number, guidanceScale: number): number {
  return guidanceScale === 1 ? pictures : 2 * pictures;
}

/**
 * N pictures [N, C, H, W] as the process yields them, unclipped; N is the number of `sample.classes`.
 * Picture i depends on (seed, i) alone, not on the batch it is drawn in. Errors: `invalid-input` for a class that the model
 * does not know, noise of the wrong size, or steps that the process does not have.
 */
export async function generate(model: CompiledModel, options: GenerateOptions): Promise<Float32Array> {
  const { sample, batch, signal } = options;
  const { config } = model;
  const each = config.inChannels * config.inputSize ** 2;
  const total = sample.classes.length;
  const unknown = sample.classes.find((c) => c > config.numClasses);
  if (unknown !== undefined) {
    throw new AppError('invalid-input', `The class ${unknown} does not exist: the model knows ${config.numClasses} classes, 0 to ${config.numClasses - 1}, and ${config.numClasses} for "no class".`, { field: 'classes' });
  }
  if (options.noise && options.noise.length !== total * each) {
    throw new AppError('invalid-input', `The start noise has ${options.noise.length} values; ${total} pictures of ${config.inChannels}x${config.inputSize}x${config.inputSize} need ${total * each}.`, { field: 'noise' });
  }
  const diffusion = createDiffusion(options.diffusion, { learnSigma: config.learnSigma, respacing: sample.steps, fixedVariance: sample.fixedVariance });
  const guided = sample.guidanceScale !== 1;
  const batches = Math.ceil(total / batch);
  const evaluations = batches * diffusion.schedule.steps;
  const out = new Float32Array(total * each);

  for (let b = 0; b < batches; b++) {
    const first = b * batch;
    const classes = sample.classes.slice(first, first + batch);
    // Position 0 is the start; position p + 1 the noise of the sampler's step p.
    const draw = (position: number): Float32Array => {
      const values = new Float32Array(classes.length * each);
      classes.forEach((_, i) => values.set(counterRandom(sample.seed + first + i, STREAMS.sampling, position).normals(each), i * each));
      return values;
    };
    const y = Int32Array.from(classes);
    const predict = (x: Float32Array, timestep: number, labels: Int32Array): Promise<Float32Array> => model.forward(x, new Int32Array(labels.length).fill(timestep), labels);
    const denoise = guided
      ? guidedForward(predict, classes, config.numClasses, outChannels(config), { scale: sample.guidanceScale, channels: sample.guidanceChannels, inChannels: config.inChannels })
      : (x: Float32Array, timestep: number) => predict(x, timestep, y);
    const images = await samplers[sample.sampler]({
      diffusion,
      x: options.noise ? options.noise.slice(first * each, (first + classes.length) * each) : draw(0),
      batch: classes.length,
      denoise,
      noise: (position) => draw(position + 1),
      clip: sample.clipDenoised,
      eta: sample.eta,
      progress: (done) => {
        if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.');
        options.onProgress?.(b * diffusion.schedule.steps + done, evaluations);
      },
    });
    out.set(images, first * each);
  }
  return out;
}
