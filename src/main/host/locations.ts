/** Where the program's own files are: the same from `out/`, from its chunks, from the sources under test, and packaged. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds package.json. */
function findRoot(): string {
  if (process.env.FINE_STUDIO_ROOT) return process.env.FINE_STUDIO_ROOT;
  for (let dir = import.meta.dirname; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'package.json'))) return dir;
    if (dirname(dir) === dir) throw new Error(`No package.json above ${import.meta.dirname}.`);
  }
}

const root = findRoot();

export const locations = {
  root,
  worker: process.env.FINE_STUDIO_WORKER ?? join(root, 'out', 'main', 'worker.js'),
  renderer: join(root, 'out', 'renderer'),
  resources: process.env.FINE_STUDIO_RESOURCES ?? join(root, 'resources'),
};
