/**
 * Graphs as the runtime optimised them, kept from one start of a program to the next: the optimiser takes most of the time that
 * making a session takes. A file's name is the hash of everything its content follows from, so nothing in it can be out of
 * date; it ends with a hash of its content, and one that was damaged is made anew.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** Environment variable with the folder; the host sets it for its workers. Without it nothing is kept. */
export const GRAPH_CACHE_VARIABLE = 'FINE_STUDIO_GRAPH_CACHE';
/** A model with larger baked weights costs more disk than its start is worth. */
const LARGEST_BYTES = 64 * 2 ** 20;
const KEPT_FILES = 64;
const HASH_BYTES = 32;

export interface CachedGraph {
  /** The optimised graph; null when it has to be made. */
  model: Uint8Array | null;
  /** Where the runtime is to write it, when it is made. */
  temporary: string;
  /** Takes the written file in. Never fails: without a cache everything still runs. */
  keep(): Promise<void>;
  /** What was found is no good. */
  drop(): Promise<void>;
}

let serial = 0;

/** Null when nothing is kept: no folder, or too large a model. `runtime` is the runtime's version. */
export async function cachedGraph(model: Uint8Array, runtime: string, folder = process.env[GRAPH_CACHE_VARIABLE]): Promise<CachedGraph | null> {
  if (!folder || model.byteLength > LARGEST_BYTES) return null;
  const key = sha256([Buffer.from([runtime, process.platform, process.arch, cpus()[0]?.model ?? ''].join('\n')), model]).toString('hex');
  const file = join(folder, `${key}.onnx`);
  const temporary = `${file}.${process.pid}.${serial++}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
  } catch {
    return null;
  }
  return {
    model: await found(file),
    temporary,
    async keep() {
      try {
        await seal(temporary);
        await rename(temporary, file);
        await forgetOldest(folder);
      } catch {
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
    async drop() {
      await rm(file, { force: true }).catch(() => undefined);
    },
  };
}

async function found(file: string): Promise<Uint8Array | null> {
  try {
    const content = await readFile(file);
    const model = content.subarray(0, -HASH_BYTES);
    if (!sha256([model]).equals(content.subarray(-HASH_BYTES))) return null;
    const now = new Date();
    await utimes(file, now, now);
    return model;
  } catch {
    return null;
  }
}

/** Appends the hash and sees the file onto the disk, so that its later name never stands for half of it. */
async function seal(temporary: string): Promise<void> {
  const handle = await open(temporary, 'a+');
  try {
    await handle.appendFile(sha256([await handle.readFile()]));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const sha256 = (parts: readonly Uint8Array[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** Leftovers of killed processes count as files and go with the oldest. */
async function forgetOldest(folder: string): Promise<void> {
  const files = await Promise.all((await readdir(folder)).map(async (name) => ({ name, used: (await stat(join(folder, name))).mtimeMs })));
  for (const { name } of files.sort((a, b) => b.used - a.used).slice(KEPT_FILES)) await rm(join(folder, name), { force: true });
}
