/** The way that tfjs-node provides for itself: a script that downloads an old TensorFlow (2.9) and a binding built for it. */
import { existsSync } from 'node:fs';
import { cp, rename } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { bindingIn } from '../place';
import { lastError, runCommand } from './command';

/** What the script needs of the package, as far as it is there: a packaged application has no C++, and then only what is prebuilt will do. */
const PARTS = ['package.json', 'scripts', 'binding', 'binding.gyp'];
/** A download that does not move for so long will not come. */
const SILENCE_MS = 60_000;

/**
 * Runs the script on a copy of what it needs, so that the package itself stays as it is, and moves the outcome to `folder`.
 * Returns null, or in one line why it did not work.
 */
export async function runPackageInstaller({ sources, folder, scratch, signal }: { sources: string; folder: string; scratch: string; signal?: AbortSignal }): Promise<string | null> {
  const copy = join(scratch, 'package');
  for (const part of PARTS.filter((name) => existsSync(join(sources, name)))) await cp(join(sources, part), join(copy, part), { recursive: true });
  // node_modules, with the scope's folder in between.
  const modules = dirname(dirname(sources));
  const env = { NODE_PATH: modules, PATH: [join(modules, '.bin'), process.env.PATH].join(delimiter) };
  const result = await runCommand(process.execPath, ['scripts/install.js', 'cpu', 'download'], { cwd: copy, env, signal, silence: SILENCE_MS });
  if (result?.code === null) return `it said nothing for ${SILENCE_MS / 1000} seconds`;
  if (result?.code !== 0) return lastError(result?.output ?? '');
  if (!bindingIn(copy)) return 'it ended without a binding';
  for (const part of ['deps', 'lib']) await rename(join(copy, part), join(folder, part));
  return null;
}
