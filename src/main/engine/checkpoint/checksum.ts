/**
 * Integrity of our own safetensors files: a SHA-256 over everything that carries meaning (metadata, names, element types, shapes
 * and bytes), kept in the metadata. A flipped bit anywhere in the file is either a malformed header or a different sum.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../shared/errors';
import type { TensorMap } from '../tensor/types';
import type { WriteStage } from './atomicFile';
import { layOut, tensorBytes, withSafetensors, writeSafetensors } from './safetensors';
import type { TensorEntry } from './safetensorsHeader';

export const CHECKSUM_KEY = 'sha256';

function addMetadata(hash: Hash, metadata: Record<string, string>): void {
  const entries = Object.entries(metadata).filter(([key]) => key !== CHECKSUM_KEY);
  hash.update(JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}

function addTensor(hash: Hash, { name, type, shape }: TensorEntry, bytes: Uint8Array): void {
  hash.update(JSON.stringify([name, type, shape]));
  hash.update(bytes);
}

/** Writes a file that `readChecked` accepts, atomically; returns its size. Errors as in `writeFileAtomically`. */
export async function writeChecked(path: string, tensors: TensorMap, metadata: Record<string, string>, onStage?: (stage: WriteStage) => void): Promise<number> {
  const hash = createHash('sha256');
  addMetadata(hash, metadata);
  for (const entry of layOut(tensors)) addTensor(hash, entry, tensorBytes(tensors[entry.name]));
  return writeSafetensors(path, tensors, { ...metadata, [CHECKSUM_KEY]: hash.digest('hex') }, onStage);
}

/** SHA-256 of a file's bytes, as `sha256sum` gives it. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

export interface CheckedFile {
  tensors: TensorMap;
  metadata: Record<string, string>;
  bytes: number;
  /** Of the file's bytes. */
  sha256: string;
}

/**
 * Everything in a file of ours. Throws `AppError('format')` when it is malformed or not of the kind `kind` (metadata `format`),
 * `AppError('checksum')` when its content changed since it was written.
 */
export function readChecked(path: string, kind: string): Promise<CheckedFile> {
  return withSafetensors(path, async (file) => {
    const { metadata } = file;
    if (metadata.format !== kind || !/^[0-9a-f]{64}$/.test(metadata[CHECKSUM_KEY] ?? ''))
      throw new AppError('format', `${basename(path)} is not a ${kind} file of this application.`, { cause: metadata.format ? `It says that it is "${metadata.format}".` : 'It carries no description of itself.', hint: kind === 'fine-model' ? 'Use the import for weights of other origin.' : undefined, details: { path } });
    const hash = createHash('sha256');
    addMetadata(hash, metadata);
    const ofFile = createHash('sha256').update(await file.readHeader());
    const tensors: TensorMap = {};
    for (const entry of file.entries) {
      const bytes = await file.readBytes(entry);
      addTensor(hash, entry, bytes);
      ofFile.update(bytes);
      tensors[entry.name] = file.decode(entry, bytes);
    }
    if (hash.digest('hex') !== metadata[CHECKSUM_KEY])
      throw new AppError('checksum', `${basename(path)} changed since it was written.`, { cause: 'Its content does not match the checksum that it carries: a damaged disk or memory, or an edit.', hint: 'Use another copy or an earlier checkpoint.', details: { path } });
    return { tensors, metadata, bytes: file.bytes, sha256: ofFile.digest('hex') };
  });
}

/** JSON in a metadata field. Throws `AppError('format')` when it is absent or broken. */
export function metadataJson(path: string, metadata: Record<string, string>, key: string): unknown {
  try {
    return JSON.parse(metadata[key]);
  } catch {
    throw new AppError('format', `${basename(path)} lacks its field "${key}".`, { details: { path } });
  }
}
