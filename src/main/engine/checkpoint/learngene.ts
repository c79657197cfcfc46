/**
 * Learngene files: the shared factors `U.T` and `V.T` of every type, with what else is carried from the model they come from
 * (per-layer sigma and biases, embedders, final layer), each under its usual name, and a description in the metadata.
 */
import { basename } from 'node:path';
import { z } from 'zod';
import { type DiffusionConfig, type DiTConfig, type Ranks, WEIGHT_TYPES, diffusionSchema, ditConfigSchema, ranksSchema } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import { type ParameterSpec, parameterSpecs } from '../model/parameters';
import type { TensorMap } from '../tensor/types';
import { metadataJson, readChecked, sha256OfFile, writeChecked } from './checksum';
import { shapes } from './model';
import { assertTensors } from './names';

const KIND = 'fine-learngene';

const describedSchema = z.object({
  config: ditConfigSchema,
  ranks: ranksSchema,
  method: z.enum(['direct', 'cp-als']),
  errors: z.record(z.string(), z.array(z.number())).nullable(),
  diffusion: diffusionSchema,
  classNames: z.array(z.string()),
});

export interface LearngeneContent {
  /** Of the model that it comes from; `depth` is the source's. */
  config: DiTConfig;
  ranks: Ranks;
  method: 'direct' | 'cp-als';
  /** Relative error per type and layer, for `cp-als`. */
  errors: Record<string, number[]> | null;
  diffusion: DiffusionConfig;
  classNames: string[];
  /** At least U and V of every type; all others are tensors of the source, under their names there. */
  tensors: TensorMap;
}

/** Writes a learngene atomically. Throws as `writeModel`. */
export async function writeLearngene(file: string, { tensors, ...description }: LearngeneContent): Promise<{ bytes: number; sha256: string }> {
  assertLearngene(file, description, tensors);
  const bytes = await writeChecked(file, tensors, { format: KIND, version: '1', description: JSON.stringify(description) });
  return { bytes, sha256: await sha256OfFile(file) };
}

/** Throws `AppError('not-found' | 'format' | 'checksum')`, as `readModel`. */
export async function readLearngene(file: string): Promise<LearngeneContent & { bytes: number; sha256: string }> {
  const { tensors, metadata, bytes, sha256 } = await readChecked(file, KIND);
  const parsed = describedSchema.safeParse(metadataJson(file, metadata, 'description'));
  if (!parsed.success) throw new AppError('format', `${basename(file)} describes itself in a way that this version does not know.`, { cause: `${parsed.error.issues[0].path.join('.')}: ${parsed.error.issues[0].message}`, details: { file } });
  assertLearngene(file, parsed.data, tensors);
  return { ...parsed.data, tensors, bytes, sha256 };
}

/** U and V must be there; whatever else is there must be a tensor of the source model. */
function assertLearngene(file: string, { config, ranks }: Pick<LearngeneContent, 'config' | 'ranks'>, tensors: TensorMap): void {
  const shared = new Set(WEIGHT_TYPES.flatMap((type) => [`U.${type}`, `V.${type}`]));
  const found = shapes(tensors);
  const expected: ParameterSpec[] = parameterSpecs(config, ranks).filter(({ name }) => shared.has(name) || found.has(name));
  assertTensors(basename(file), expected, found);
}
