/** Reading and writing safetensors files: one tensor at a time from disk, and whole files atomically. */
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../shared/errors';
import type { HostTensor, TensorMap } from '../tensor/types';
import { type WriteStage, writeFileAtomically } from './atomicFile';
import { decodeElements } from './elementTypes';
import { type TensorEntry, encodeHeader, parseHeader, parseHeaderLength } from './safetensorsHeader';

const CHUNK_BYTES = 64 * 2 ** 20;

/** An open file. Only the header is in memory; tensors are read when asked for. Call `close`. */
export class SafetensorsFile {
  private constructor(
    readonly path: string,
    /** Of the whole file. */
    readonly bytes: number,
    /** In the order of their bytes. */
    readonly entries: readonly TensorEntry[],
    readonly metadata: Record<string, string>,
    private readonly dataStart: number,
    private readonly handle: FileHandle,
  ) {}

  /** Throws `AppError('not-found')` when there is no such file and `AppError('format')` when it is not a sound safetensors file. */
  static async open(path: string): Promise<SafetensorsFile> {
    const file = basename(path);
    const handle = await openForReading(path);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new AppError('format', `${file} is a folder, not a safetensors file.`, { details: { path } });
      const first8 = await readAt(handle, 0, Math.min(8, stat.size), file);
      const headerBytes = parseHeaderLength(file, first8, stat.size);
      const { entries, metadata } = parseHeader(file, await readAt(handle, 8, headerBytes, file), stat.size - 8 - headerBytes);
      return new SafetensorsFile(path, stat.size, entries, metadata, 8 + headerBytes, handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The bytes before the first tensor: length field and header. */
  readHeader(): Promise<Uint8Array<ArrayBuffer>> {
    return readAt(this.handle, 0, this.dataStart, basename(this.path));
  }

  /** The stored bytes of one tensor, in a buffer of their own. */
  readBytes(entry: TensorEntry): Promise<Uint8Array<ArrayBuffer>> {
    return readAt(this.handle, this.dataStart + entry.start, entry.end - entry.start, basename(this.path));
  }

  /** One tensor as float32 or int32 (see `decodeElements`). Throws `AppError('format')` when the file does not have it. */
  async read(name: string): Promise<HostTensor> {
    const entry = this.entries.find((candidate) => candidate.name === name);
    if (!entry) throw new AppError('format', `${basename(this.path)} has no tensor "${name}".`, { hint: `It holds: ${this.entries.slice(0, 12).map((candidate) => candidate.name).join(', ')}${this.entries.length > 12 ? ', ...' : ''}` });
    return this.decode(entry, await this.readBytes(entry));
  }

  decode(entry: TensorEntry, bytes: Uint8Array<ArrayBuffer>): HostTensor {
    return { shape: entry.shape, data: decodeElements(entry.type, bytes, entry.name) };
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Opens, works, closes. */
export async function withSafetensors<T>(path: string, work: (file: SafetensorsFile) => Promise<T>): Promise<T> {
  const file = await SafetensorsFile.open(path);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** All tensors of a file, or those named. Errors as in `SafetensorsFile`. */
export function readSafetensors(path: string, names?: readonly string[]): Promise<{ tensors: TensorMap; metadata: Record<string, string> }> {
  return withSafetensors(path, async (file) => {
    const tensors: TensorMap = {};
    for (const name of names ?? file.entries.map((entry) => entry.name)) tensors[name] = await file.read(name);
    return { tensors, metadata: file.metadata };
  });
}

/** The entries that `writeSafetensors` makes of these tensors: sorted by name, so that equal content gives equal bytes. */
export function layOut(tensors: TensorMap): TensorEntry[] {
  let position = 0;
  return Object.keys(tensors).sort().map((name) => {
    const { shape, data } = tensors[name];
    const start = position;
    position += data.byteLength;
    return { name, type: data instanceof Float32Array ? 'F32' : 'I32', shape, start, end: position };
  });
}

/** Writes F32 and I32 tensors, atomically (see `writeFileAtomically` for stages and errors). Returns the size of the file. */
export async function writeSafetensors(path: string, tensors: TensorMap, metadata: Record<string, string> = {}, onStage?: (stage: WriteStage) => void): Promise<number> {
  const entries = layOut(tensors);
  const header = encodeHeader(entries, metadata);
  await writeFileAtomically(path, [header, ...entries.map((entry) => tensorBytes(tensors[entry.name]))], onStage);
  return header.length + (entries.at(-1)?.end ?? 0);
}

/** A view of a tensor's bytes. */
export function tensorBytes({ data }: HostTensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new AppError('not-found', `There is no file ${basename(path)}.`, { hint: 'Check the path.', details: { path } });
    if (code === 'EACCES' || code === 'EPERM') throw new AppError('invalid-input', `${basename(path)} cannot be read: no permission.`, { details: { path } });
    throw error;
  }
}

async function readAt(handle: FileHandle, position: number, length: number, file: string): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await handle.read(out, at, Math.min(CHUNK_BYTES, length - at), position + at);
    if (bytesRead === 0) throw new AppError('format', `${file} became shorter while it was read.`, { details: { file } });
    at += bytesRead;
  }
  return out;
}
