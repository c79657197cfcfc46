/**
 * Weights of other origin: safetensors with the official DiT names, or factorised ones (`U.T`, `V.T`, `sigma.T.BLOCK` in place of
 * the five block weights). Nothing is written here; the caller stores what comes back.
 */
import { basename } from 'node:path';
import { z } from 'zod';
import { type DiTConfig, type DiffusionConfig, type Ranks, WEIGHT_TYPES, diffusionSchema } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import { positionTable } from '../model/dit';
import { type ParameterSpec, parameterSpecs } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import type { HostTensor, TensorMap } from '../tensor/types';
import { assertTensors } from './names';
import { fromOfficialConfig, processFromOfficialConfig } from './officialConfig';
import { type SafetensorsFile, withSafetensors } from './safetensors';

const POSITIONS = 'pos_embed';
const LABEL_TABLE = 'y_embedder.embedding_table.weight';
/** Float32 rounding of the table is below 1e-6, half precision below 1e-3. */
const POSITION_TOLERANCE = 2e-3;

export interface Imported {
  weights: ModelWeights;
  /** The process that the model was trained in: as the configuration says, else the file, else as the official code has it. */
  diffusion: DiffusionConfig;
  /** As the file says; null when it does not. */
  classNames: string[] | null;
  /** What the person should know; the weights can be used. */
  warnings: string[];
}

/**
 * Reads weights. `config` has the names of the official constructor and, where it differs, of `create_diffusion`; null takes what an
 * export of this application carries in its metadata.
 * Throws `AppError`: `invalid-input` for the configuration; `format` listing all missing, unexpected and mis-shaped names, or
 * naming a tensor with values that are not finite numbers; `not-found`.
 */
export function importWeights(file: string, config: unknown): Promise<Imported> {
  return withSafetensors(file, async (source) => {
    const model = fromOfficialConfig(config ?? storedConfig(source));
    const diffusion = processFromOfficialConfig(config, diffusionSchema.safeParse(metadataOf(source, 'diffusion')).data);
    const name = basename(file);
    const found = new Map(source.entries.map((entry) => [entry.name, entry.shape]));
    const ranks = ranksOf(name, found);
    const specs = parameterSpecs(model, ranks);
    const labelsWithoutNull = found.get(LABEL_TABLE)?.[0] === model.numClasses;
    assertTensors(name, expectedIn(model, specs, found, labelsWithoutNull), found);
    const numbers = source.entries.filter(({ type }) => !['F32', 'F16', 'BF16', 'F64'].includes(type));
    if (numbers.length > 0) throw new AppError('format', `${name} holds whole numbers where weights should be: ${numbers.map((entry) => `${entry.name} (${entry.type})`).join(', ')}.`);

    const tensors: TensorMap = {};
    for (const spec of specs) tensors[spec.name] = finite(name, spec.name, await source.read(spec.name));
    const warnings: string[] = [];
    if (labelsWithoutNull) {
      tensors[LABEL_TABLE] = withNullClass(tensors[LABEL_TABLE]);
      warnings.push('The label table has no row for the null class, because the model was trained without label dropout. The mean of the classes stands in for it; guidance will not work well.');
    }
    if (found.has(POSITIONS) && !isStandardTable(model, await source.read(POSITIONS)))
      warnings.push('The stored position table (pos_embed) is not the fixed one of DiT. It is ignored, so the model will not give the results that it was trained for.');
    const classNames = z.array(z.string()).length(model.numClasses).safeParse(metadataOf(source, 'class_names')).data ?? null;
    return { weights: { config: model, ranks, tensors }, diffusion, classNames, warnings };
  });
}

/** A value that an export of this application carries; undefined in other files. */
function metadataOf({ metadata }: SafetensorsFile, name: string): unknown {
  try {
    return JSON.parse(metadata[name]);
  } catch {
    return undefined;
  }
}

function storedConfig(file: SafetensorsFile): unknown {
  const config = metadataOf(file, 'config');
  if (config !== undefined) return config;
  throw new AppError('invalid-input', 'The file does not say which model it belongs to.', { hint: 'Give a configuration (JSON) beside it.', field: 'config' });
}

/** Ranks of a factorised file, read off its U; null for a dense one. */
function ranksOf(file: string, found: ReadonlyMap<string, readonly number[]>): Ranks | null {
  if (![...found.keys()].some((name) => /^(U|V|sigma)\./.test(name))) return null;
  const ranks: Partial<Ranks> = {};
  const absent: string[] = [];
  for (const type of WEIGHT_TYPES) {
    const shape = found.get(`U.${type}`);
    if (shape?.length === 2 && shape[1] > 0) ranks[type] = shape[1];
    else absent.push(`U.${type}`);
  }
  if (absent.length > 0) throw new AppError('format', `${file} holds factors, but these are missing or are not matrices: ${absent.join(', ')}.`, { hint: 'A factorised file has U.T [out, r] and V.T [in, r] for T in qkv, proj, fc1, fc2, adaLN, and sigma.T.BLOCK [r].', details: { missing: absent } });
  return ranks as Ranks;
}

/** The model's tensors as this file may have them: with the position table or without, the label table with a null row or without. */
function expectedIn(model: DiTConfig, specs: ParameterSpec[], found: ReadonlyMap<string, unknown>, labelsWithoutNull: boolean): ParameterSpec[] {
  const expected = specs.map((spec) => (spec.name === LABEL_TABLE && labelsWithoutNull ? { ...spec, shape: [model.numClasses, model.hiddenSize] } : spec));
  const tokens = (model.inputSize / model.patchSize) ** 2;
  return found.has(POSITIONS) ? [...expected, { name: POSITIONS, shape: [1, tokens, model.hiddenSize] }] : expected;
}

function finite(file: string, name: string, tensor: HostTensor): HostTensor {
  for (const value of tensor.data) if (!Number.isFinite(value)) throw new AppError('format', `The tensor "${name}" in ${file} holds values that are not finite numbers.`, { cause: 'The training that wrote it has probably diverged.', details: { tensor: name } });
  return tensor;
}

function withNullClass({ shape: [rows, columns], data }: HostTensor): HostTensor {
  const out = new Float32Array((rows + 1) * columns);
  out.set(data);
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += data[r * columns + c];
    out[rows * columns + c] = sum / rows;
  }
  return { shape: [rows + 1, columns], data: out };
}

function isStandardTable(model: DiTConfig, { data }: HostTensor): boolean {
  const table = positionTable(model.hiddenSize, model.inputSize / model.patchSize);
  return data.every((value, i) => Math.abs(value - table[i]) <= POSITION_TOLERANCE);
}
