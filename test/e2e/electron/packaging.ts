/** A package of the application, made by electron-builder with the product's configuration and the Electron that is here. */
import { dirname, join } from 'node:path';
import { Platform, build, type Configuration } from 'electron-builder';
import { root } from '../support/application';
import { CURRENT, electronPath, electronVersion } from './desktop';
import { LOWERED_MAIN, lowerApplication } from './legacyBuild';

/** The first version whose binary has fuses to flip. */
const FUSES_SINCE = 12;

/** What differs from the product's configuration for an Electron that needs the lowered build, written to `folder`. */
async function lowered(product: Configuration, folder: string, major: number): Promise<Configuration> {
  await lowerApplication(folder);
  return {
    files: [{ from: join(folder, 'out'), to: 'out', filter: ['**/*', '!**/*.map'] }, ...(product.files as string[]).filter((pattern) => !pattern.startsWith('out/'))],
    // What to unpack is said of paths in the project; the lowered build lies elsewhere.
    asarUnpack: (product.asarUnpack as string[]).map((pattern) => pattern.replace(/^(!?)out/, '$1**/out')),
    extraMetadata: { ...(product.extraMetadata as object), main: LOWERED_MAIN },
    ...(major < FUSES_SINCE ? { electronFuses: null } : {}),
  };
}

/**
 * Packages into `folder`, which must be empty: the unpacked application, and a Debian package of it.
 * fpm, which electron-builder would download for the latter, is replaced by Debian's dpkg-deb.
 */
export async function packageApplication(folder: string): Promise<{ unpacked: string; deb: string }> {
  const { default: product } = (await import(join(root, 'electron-builder.config.mjs'))) as { default: Configuration };
  const version = electronVersion();
  const major = Number.parseInt(version, 10);
  const config: Configuration = {
    ...product,
    electronVersion: version,
    electronDist: dirname(electronPath()),
    directories: { ...product.directories, output: join(folder, 'dist') },
    ...(major < CURRENT ? await lowered(product, join(folder, 'lowered'), major) : {}),
  };
  process.env.CUSTOM_FPM_PATH = join(import.meta.dirname, 'dpkgFpm.mjs');
  const [deb] = await build({ projectDir: root, config, targets: Platform.LINUX.createTarget('deb'), publish: 'never' });
  return { unpacked: join(folder, 'dist', 'linux-unpacked'), deb: deb! };
}
