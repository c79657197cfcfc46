/** What this machine has left, in bytes. */
import { readFileSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';

/** Space that an ordinary user may still fill on the disk of `path`. */
export function freeDiskBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** Memory that a new process can have without swapping: what the kernel can give back counts, and the limit of a container. */
export function availableMemoryBytes(): number {
  const limit = process.constrainedMemory();
  const available = process.availableMemory?.() ?? linuxAvailable() ?? freemem();
  return limit > 0 ? Math.min(limit, available) : available;
}

function linuxAvailable(): number | null {
  if (process.platform !== 'linux') return null;
  const line = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
  return line ? Number(line[1]) * 1024 : null;
}
