/** Removes what a killed process left half-written. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home';

/** Called with the lock held and before any worker starts. */
export function sweep(home: Home): void {
  for (const name of readdirSync(home.tmpDir)) rmSync(join(home.tmpDir, name), { recursive: true, force: true });
}
