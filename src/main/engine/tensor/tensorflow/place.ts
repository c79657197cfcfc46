/** Where libtensorflow lies on this machine: in the data folder, put there by an installation, or where tfjs-node-gpu itself would put it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

export const PACKAGE = '@tensorflow/tfjs-node-gpu';
export const BINDING = 'tfjs_binding.node';
/** In the folder of a finished installation: what it is. */
export const RECORD_FILE = 'installed.json';

/** Environment variable with the folder of the installation; the host sets it for its workers. */
export const FOLDER_VARIABLE = 'FINE_STUDIO_TENSORFLOW';

export const recordSchema = z.object({
  /** Version of TensorFlow; null when the package's own installer chose it. */
  tensorflow: z.string().nullable(),
  cuda: z.boolean(),
  source: z.enum(['package', 'wheel']),
});
export type InstallationRecord = z.infer<typeof recordSchema>;

/** Folder of the npm package, or null where it is not installed. */
export function packageFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** The binding below `folder` (`lib/napi-vN/`, as the package lays it out), or null. */
export function bindingIn(folder: string): string | null {
  const lib = join(folder, 'lib');
  if (!existsSync(lib)) return null;
  const version = readdirSync(lib).find((name) => name.startsWith('napi-') && existsSync(join(lib, name, BINDING)));
  return version ? join(lib, version, BINDING) : null;
}

/** What `folder` holds, or null when nothing was installed there or not to its end. */
export function installationIn(folder: string): InstallationRecord | null {
  const file = join(folder, RECORD_FILE);
  if (!existsSync(file) || !bindingIn(folder)) return null;
  const parsed = recordSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return parsed.success ? parsed.data : null;
}

/** Whether the data folder holds an installation. */
export function isInstalled(folder = process.env[FOLDER_VARIABLE]): boolean {
  return folder !== undefined && installationIn(folder) !== null;
}

/** Path of the native binding to load, or null. The data folder comes first. */
export function locateBinding(folder = process.env[FOLDER_VARIABLE]): string | null {
  if (folder && installationIn(folder)) return bindingIn(folder);
  const own = packageFolder();
  return own && bindingIn(own);
}
