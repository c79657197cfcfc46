/**
 * Gives memory that nobody uses any more back to the operating system. Setting up a run leaves several times the model behind as
 * garbage (random words, traced graphs, the start); the collector would find it at some time, and the C library would keep it.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadKoffi } from './koffi';

type Collect = (how: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;
let collect: Collect | null = null;
let trim: Promise<(() => void) | null> | null = null;

/** Takes some tens of milliseconds: for the moment between setting up and computing, not for a loop. */
export async function freeMemory(): Promise<void> {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
  }
  // As if memory had run out: an ordinary collection keeps some of the garbage, and the heap its size, for a while.
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  trim ??= loadTrim();
  (await trim)?.();
}

/** malloc_trim of glibc; null where the C library has none (musl) or returns memory by itself (Windows, macOS). */
async function loadTrim(): Promise<(() => void) | null> {
  if (process.platform !== 'linux') return null;
  try {
    const koffi = await loadKoffi();
    const library = koffi.load('libc.so.6');
    const mallocTrim = library.func('int malloc_trim(size_t keep)') as (keep: number) => number;
    // The library must stay loaded as long as its function may be called.
    return () => void (library && mallocTrim(0));
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
