/** A feature extractor that a person brings as an ONNX file, such as Inception or DINO converted elsewhere. */
import { basename } from 'node:path';
import { AppError } from '../../../../shared/errors';
import type { Network } from '../../../../shared/quality';
import { type OnnxPort, type OnnxResult, openOnnx } from '../../tensor/onnx/runOnnx';
import { joinExtracted } from '../extracted';
import type { Features } from '../features';
import { type FeatureMaps, SPATIAL_CHANNELS } from '../spatialFeatures';
import type { Extracted, FeatureExtractor } from './types';

const BATCH = 32;
const EXPECTED = 'one float32 input [batch, channels, height, width] with values in [-1, 1], and a first float32 output [batch, features] or [batch, features, height, width]';
/** Further outputs that are taken where there are any: for sFID, whose maps come from the middle of the network, and the Inception Score. */
const MAPS = 'maps';
const PROBABILITIES = 'probabilities';

/**
 * The file's first output are the features; a map is averaged over its positions. The maps of sFID are an output named "maps", else
 * that first one; an output "probabilities" [batch, classes] gives the Inception Score. Images are enlarged or
 * reduced to the input's size when it states one. What network it is, `options.network` says, else the file's name. Throws `format` (no model, or another signature: says what is expected and
 * what was found) and `invalid-input` when the images' channels do not fit.
 */
export async function openOnnxExtractor(file: string, images: { channels: number }, options: { network?: Network | null; threads?: number } = {}): Promise<FeatureExtractor> {
  const model = await ofExtractor(() => openOnnx(file, { threads: options.threads }));
  try {
    const [input] = model.inputs;
    const [output] = model.outputs;
    const fits = model.inputs.length === 1 && input.type === 'float32' && input.shape.length === 4 && output?.type === 'float32' && (output.shape.length === 2 || output.shape.length === 4);
    if (!fits) throw signature(file, model.inputs, model.outputs);
    const [, channels, height, width] = input.shape;
    if (isFixed(channels) && channels !== images.channels) throw new AppError('invalid-input', `${basename(file)} takes images with ${channels} channels; these have ${images.channels}.`, { hint: 'Choose an extractor for such images.', field: 'extractor' });
    const dimension = Number(output.shape[1]);
    if (!isFixed(output.shape[1]) || (isFixed(height) && height !== width)) throw signature(file, model.inputs, model.outputs);
    const fixedBatch = isFixed(input.shape[0]) ? (input.shape[0] as number) : null;

    return {
      name: `${basename(file)}, ${dimension} features`,
      dimension,
      network: options.network ?? networkOf(basename(file)),
      async extract({ data, count, channels: c, size }) {
        const side = isFixed(height) ? (height as number) : size;
        const each = c * size * size;
        const batch = fixedBatch ?? BATCH;
        const parts: Extracted[] = [];
        for (let start = 0; start < count; start += batch) {
          const n = Math.min(batch, count - start);
          const rows = fixedBatch ?? n;
          const x = new Float32Array(rows * c * side * side);
          x.set(resample(data.subarray(start * each, (start + n) * each), n * c, size, side));
          const results = await ofExtractor(() => model.run({ [input.name]: { shape: [rows, c, side, side], data: x } }));
          const main = results[output.name];
          if (main.shape[1] !== dimension || main.data.length !== rows * dimension * planeOf(main)) throw signature(file, model.inputs, [{ ...output, shape: main.shape }]);
          const maps = [results[MAPS], main].find((result) => result?.shape.length === 4);
          const probabilities = results[PROBABILITIES];
          parts.push({
            features: averaged(main, n),
            maps: maps && firstChannels(maps, n),
            probabilities: probabilities?.shape.length === 2 ? { data: probabilities.data.slice(0, n * probabilities.shape[1]), count: n, dimension: probabilities.shape[1] } : undefined,
          });
        }
        return joinExtracted(parts);
      },
      dispose: () => model.close(),
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** Told from the name that such files usually have. */
const networkOf = (name: string): Network => (/inception/i.test(name) ? 'inception' : /dino/i.test(name) ? 'dino' : 'other');

/** What the runtime complains of belongs to the file that the person gave. */
async function ofExtractor<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AppError ? AppError.fromInfo({ ...error.toInfo(), field: 'extractor' }) : error;
  }
}

/** Positions of a map; 1 for a vector. */
const planeOf = ({ shape }: OnnxResult): number => (shape.length === 4 ? shape[2] * shape[3] : 1);

/** Of the first `n` rows: every channel averaged over its positions. */
function averaged(result: OnnxResult, n: number): Features {
  const dimension = result.shape[1];
  const plane = planeOf(result);
  const data = new Float32Array(n * dimension);
  for (let i = 0; i < data.length; i++) {
    let sum = 0;
    for (let p = 0; p < plane; p++) sum += result.data[i * plane + p];
    data[i] = sum / plane;
  }
  return { data, count: n, dimension };
}

/** Of the first `n` rows: as many channels as sFID keeps, so that a large map does not fill the memory. */
function firstChannels(result: OnnxResult, n: number): FeatureMaps {
  const [, all, height, width] = result.shape;
  const channels = Math.min(SPATIAL_CHANNELS, all);
  const [each, kept] = [all * height * width, channels * height * width];
  const data = new Float32Array(n * kept);
  for (let i = 0; i < n; i++) data.set(result.data.subarray(i * each, i * each + kept), i * kept);
  return { data, count: n, channels, height, width };
}

const isFixed = (dim: number | string): boolean => typeof dim === 'number' && dim > 0;

function signature(file: string, inputs: OnnxPort[], outputs: OnnxPort[]): AppError {
  const list = (ports: OnnxPort[]): string => ports.map((p) => `${p.name} ${p.type} [${p.shape.join(', ')}]`).join('; ') || 'none';
  return new AppError('format', `${basename(file)} does not look like a feature extractor.`, { cause: `Expected: ${EXPECTED}. Found inputs: ${list(inputs)}; outputs: ${list(outputs)}.`, hint: 'Export the model with one image input and its features as the first output.', field: 'extractor' });
}

/** Planes [n, from, from] to [n, to, to], clipped to [-1, 1]; bilinear between pixel centres. */
export function resample(data: Float32Array, planes: number, from: number, to: number): Float32Array {
  const out = new Float32Array(planes * to * to);
  const weights = Array.from({ length: to }, (_, i) => {
    const at = Math.max(0, Math.min(from - 1, ((i + 0.5) * from) / to - 0.5));
    const low = Math.floor(at);
    return { low, high: Math.min(low + 1, from - 1), share: at - low };
  });
  const value = (plane: number, y: number, x: number): number => Math.max(-1, Math.min(1, data[(plane * from + y) * from + x]));
  for (let plane = 0; plane < planes; plane++)
    for (const [y, v] of weights.entries())
      for (const [x, h] of weights.entries()) {
        const top = value(plane, v.low, h.low) * (1 - h.share) + value(plane, v.low, h.high) * h.share;
        const bottom = value(plane, v.high, h.low) * (1 - h.share) + value(plane, v.high, h.high) * h.share;
        out[(plane * to + y) * to + x] = top * (1 - v.share) + bottom * v.share;
      }
  return out;
}
