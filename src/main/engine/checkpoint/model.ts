/**
 * Model files of this application: official DiT names (or the factorised ones of `ModelWeights`), running averages under `ema.`,
 * the configuration in the metadata, and a checksum over all of it. `pos_embed` is not stored: it is a function of the shape.
 */
import { basename } from 'node:path';
import { z } from 'zod';
import { type DiffusionConfig, diffusionSchema, ditConfigSchema, ranksSchema } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import type { ModelFacts } from '../../../shared/worker';
import { parameterSpecs } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import type { HostTensor, TensorMap } from '../tensor/types';
import { metadataJson, readChecked, sha256OfFile, writeChecked } from './checksum';
import { assertTensors } from './names';

const KIND = 'fine-model';
const EMA = 'ema.';

const describedSchema = z.object({
  model: ditConfigSchema,
  ranks: ranksSchema.nullable(),
  diffusion: diffusionSchema,
  classNames: z.array(z.string()),
  step: z.int().min(0),
  loss: z.number().nullable(),
});

export interface ModelContent {
  weights: ModelWeights;
  /** Running average of every tensor, or null. */
  ema: TensorMap | null;
  diffusion: DiffusionConfig;
  classNames: string[];
  /** Updates behind these weights. */
  step: number;
  /** Held-out loss, or null when it is not known. */
  loss: number | null;
}

/** Writes a model file atomically and says what it is. Throws `AppError('no-space')` when the disk is full. */
export async function writeModel(file: string, content: ModelContent): Promise<ModelFacts> {
  const { weights, ema, diffusion, classNames, step, loss } = content;
  const specs = parameterSpecs(weights.config, weights.ranks);
  const tensors: TensorMap = {};
  for (const [prefix, map] of [['', weights.tensors], [EMA, ema]] as const) {
    if (!map) continue;
    assertTensors(basename(file), specs, shapes(map));
    for (const { name } of specs) tensors[prefix + name] = map[name];
  }
  const described = { model: weights.config, ranks: weights.ranks, diffusion, classNames, step, loss };
  const bytes = await writeChecked(file, tensors, { format: KIND, version: '1', description: JSON.stringify(described) });
  return factsOf(content, bytes, await sha256OfFile(file));
}

/**
 * A model file with everything in it. Throws `AppError('not-found')`, `'format'` (malformed, or with other tensors than its
 * configuration says, all named) or `'checksum'`.
 */
export async function readModel(file: string): Promise<ModelContent & { facts: ModelFacts }> {
  const { tensors, metadata, bytes, sha256 } = await readChecked(file, KIND);
  const parsed = describedSchema.safeParse(metadataJson(file, metadata, 'description'));
  if (!parsed.success) throw new AppError('format', `${basename(file)} describes itself in a way that this version does not know.`, { cause: `${parsed.error.issues[0].path.join('.')}: ${parsed.error.issues[0].message}`, details: { file } });
  const { model: config, ranks, ...rest } = parsed.data;
  const specs = parameterSpecs(config, ranks);
  const [own, average]: TensorMap[] = [{}, {}];
  for (const [name, tensor] of Object.entries(tensors)) {
    if (name.startsWith(EMA)) average[name.slice(EMA.length)] = tensor;
    else own[name] = tensor;
  }
  assertTensors(basename(file), specs, shapes(own));
  const hasEma = Object.keys(average).length > 0;
  if (hasEma) assertTensors(`${basename(file)} (running average)`, specs, shapes(average));
  const content: ModelContent = { weights: { config, ranks, tensors: inOrder(specs, own) }, ema: hasEma ? inOrder(specs, average) : null, ...rest };
  return { ...content, facts: factsOf(content, bytes, sha256) };
}

/** The better weights of a model file: the running average where there is one. */
export function bestWeights({ weights, ema }: Pick<ModelContent, 'weights' | 'ema'>): ModelWeights {
  return ema ? { ...weights, tensors: ema } : weights;
}

function factsOf({ weights: { config, ranks }, ema, diffusion, classNames, step, loss }: ModelContent, bytes: number, sha256: string): ModelFacts {
  return {
    form: ranks ? 'factorised' : 'dense',
    model: config,
    ranks,
    diffusion,
    classNames,
    parameters: countParameters(parameterSpecs(config, ranks)),
    denseParameters: countParameters(parameterSpecs(config, null)),
    hasEma: ema !== null,
    step,
    loss,
    bytes,
    sha256,
  };
}

function countParameters(specs: readonly { shape: number[] }[]): number {
  return specs.reduce((sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1), 0);
}

export function shapes(tensors: TensorMap): Map<string, number[]> {
  return new Map(Object.entries(tensors).map(([name, tensor]: [string, HostTensor]) => [name, tensor.shape]));
}

function inOrder(specs: readonly { name: string }[], tensors: TensorMap): TensorMap {
  return Object.fromEntries(specs.map(({ name }) => [name, tensors[name]]));
}
