/** Removes what a killed process left half-written. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home';

/** As atomic writers and the writer of datasets call what is not whole yet. */
const UNFINISHED = /(\.\d+\.\d+\.tmp|^\..+\.partial)$/;

/** Pictures drawn for an evaluation that was stopped are kept this long for somebody to go on with them. */
const KEEP_DRAWN_MS = 7 * 24 * 3600_000;

/** Called with the lock held and before any worker starts. */
export function sweep(home: Home): void {
  for (const name of readdirSync(home.tmpDir)) rmSync(join(home.tmpDir, name), { recursive: true, force: true });
  for (const dir of ['checkpoints', 'learngenes', 'datasets', 'samples'])
    for (const name of readdirSync(join(home.root, dir))) if (UNFINISHED.test(name)) rmSync(join(home.root, dir, name), { recursive: true, force: true });
  const drawn = join(home.root, 'evaluations');
  for (const name of readdirSync(drawn)) if (Date.now() - statSync(join(drawn, name)).mtimeMs > KEEP_DRAWN_MS) rmSync(join(drawn, name), { recursive: true, force: true });
}
