/**
 * Many pictures, drawn part by part and kept on disk: what was drawn before a kill is not drawn again. Picture i depends on
 * (seed, i) alone, so that the parts are those of one large drawing.
 */
import { join } from 'node:path';
import type { DiffusionConfig, SampleConfig } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import { readSafetensors, writeSafetensors } from '../checkpoint/safetensors';
import type { CompiledModel } from './forward';
import { generate } from './generate';

/** Pictures per part. */
export const DRAWN_PART = 64;

export interface DrawnParts {
  /** Parts are kept here under their first picture's number. */
  dir: string;
  diffusion: DiffusionConfig;
  sample: Omit<SampleConfig, 'classes' | 'useEma'>;
  /** One class per picture. */
  classes: readonly number[];
  /** Pictures per batch of the model. */
  batch: number;
  /** Pictures done, fractions among them. */
  onProgress(done: number): void;
  signal: AbortSignal;
}

/** Pictures that an earlier process has drawn in full, counted from the first. */
export async function drawnBefore({ dir, classes }: Pick<DrawnParts, 'dir' | 'classes'>, each: number): Promise<number> {
  let done = 0;
  while (done < classes.length && (await readPart(dir, done, Math.min(DRAWN_PART, classes.length - done) * each))) done += DRAWN_PART;
  return Math.min(done, classes.length);
}

/** The part that begins with picture `first`: [n, C, H, W] as the process yields them. Errors as `generate`; `diverged` when values are not numbers. */
export async function drawPart(model: CompiledModel, first: number, options: DrawnParts): Promise<Float32Array> {
  const { dir, diffusion, sample, batch, onProgress, signal } = options;
  const { inChannels: channels, inputSize: size } = model.config;
  const classes = options.classes.slice(first, first + DRAWN_PART);
  const before = await readPart(dir, first, classes.length * channels * size * size);
  if (before) return before;
  const images = await generate(model, {
    diffusion,
    sample: { ...sample, seed: sample.seed + first, classes },
    batch,
    signal,
    onProgress: (done, total) => onProgress(first + (done / total) * classes.length),
  });
  if (!images.every((value) => Number.isFinite(value))) throw new AppError('diverged', 'The model draws values that are not numbers.', { cause: 'Its training has diverged, or the guidance scale is far too high.', hint: 'Choose an earlier checkpoint, or less guidance.', field: 'guidanceScale' });
  await writeSafetensors(partFile(dir, first), { samples: { shape: [classes.length, channels, size, size], data: images } });
  return images;
}

const partFile = (dir: string, first: number): string => join(dir, `samples-${String(first).padStart(7, '0')}.safetensors`);

/** Null when it is not there in full. */
async function readPart(dir: string, first: number, length: number): Promise<Float32Array | null> {
  try {
    const { samples } = (await readSafetensors(partFile(dir, first))).tensors;
    return samples?.data.length === length ? Float32Array.from(samples.data) : null;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'not-found' || error.code === 'format')) return null;
    throw error;
  }
}
