/**
 * Tensors of a model that is written in other parameters than the official ones (engine/initialize): a method's trained source, or a
 * target after its adaptation. Which method they belong to stands beside them, so that none is read as another's.
 */
import { basename } from 'node:path';
import { z } from 'zod';
import { type DiTConfig, type Ranks, ditConfigSchema, ranksSchema } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import type { TensorMap } from '../tensor/types';
import { metadataJson, readChecked, writeChecked } from './checksum';

const KIND = 'fine-form';

const describedSchema = z.object({ method: z.string(), config: ditConfigSchema, ranks: ranksSchema.nullable(), figures: z.record(z.string(), z.number().nullable()) });

export interface FormContent {
  /** Id of the initialisation. */
  method: string;
  config: DiTConfig;
  ranks: Ranks | null;
  /** Under the form's own names. */
  tensors: TensorMap;
  /** Losses and times of the training behind it. */
  figures: Record<string, number | null>;
}

/** Writes a form atomically. Throws `AppError('no-space')` when the disk is full. */
export async function writeForm(file: string, { tensors, ...description }: FormContent): Promise<void> {
  await writeChecked(file, tensors, { format: KIND, version: '1', description: JSON.stringify(description) });
}

/** Throws `AppError('not-found')`, `'checksum'`, or `'format'`, also for another method's form. */
export async function readForm(file: string, method: string): Promise<FormContent> {
  const { tensors, metadata } = await readChecked(file, KIND);
  const parsed = describedSchema.safeParse(metadataJson(file, metadata, 'description'));
  if (!parsed.success) throw new AppError('format', `${basename(file)} describes itself in a way that this version does not know.`, { cause: `${parsed.error.issues[0].path.join('.')}: ${parsed.error.issues[0].message}`, details: { file } });
  if (parsed.data.method !== method) throw new AppError('format', `${basename(file)} holds a model in the form of ${parsed.data.method}, not of ${method}.`, { details: { file } });
  return { ...parsed.data, tensors };
}
