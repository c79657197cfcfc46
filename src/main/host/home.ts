/** The data folder and every path in it. */
import { accessSync, constants, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../shared/errors';

/** Where data lives when nobody says otherwise: `FINE_STUDIO_HOME`, else the platform's place for application data. */
export function defaultHome(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env.FINE_STUDIO_HOME) return resolve(env.FINE_STUDIO_HOME);
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'fine-studio');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'fine-studio');
  return join(env.XDG_DATA_HOME && isAbsolute(env.XDG_DATA_HOME) ? env.XDG_DATA_HOME : join(homedir(), '.local', 'share'), 'fine-studio');
}

/** Identifiers hold a colon only for built-in datasets; file names must not, for Windows. */
const fileName = (id: string) => id.replace(/[^A-Za-z0-9._-]/g, '-');

export class Home {
  readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /** Creates the folders. Throws `invalid-input` when the place cannot be written to. */
  create(): void {
    try {
      for (const name of ['', 'datasets', 'runs', 'checkpoints', 'learngenes', 'exports', 'samples', 'evaluations', 'tmp']) mkdirSync(join(this.root, name), { recursive: true });
    } catch (error) {
      throw new AppError('invalid-input', `The data folder ${this.root} cannot be created: ${(error as Error).message}.`, { hint: 'Choose another folder with --home or FINE_STUDIO_HOME.', field: 'home' });
    }
    try {
      const probe = join(this.root, `.probe-${process.pid}`);
      writeFileSync(probe, '');
      rmSync(probe);
      // SQLite would open what it may not write to, and lock nothing. Asked, not opened: closing would drop a lock of this process.
      for (const file of [this.catalogFile, this.lockFile]) if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    } catch (error) {
      throw new AppError('invalid-input', `The data folder ${this.root} cannot be written to.`, { cause: (error as Error).message, hint: 'Allow this account to write there, or choose another folder with --home or FINE_STUDIO_HOME.', field: 'home' });
    }
  }

  get catalogFile(): string { return join(this.root, 'catalog.sqlite'); }
  get backendsFile(): string { return join(this.root, 'backends.json'); }
  get graphCacheDir(): string { return join(this.root, 'cache', 'graphs'); }
  get tensorflowDir(): string { return join(this.root, 'backends', 'tensorflow'); }
  get hostFile(): string { return join(this.root, 'host.json'); }
  get lockFile(): string { return join(this.root, 'host.lock'); }
  get tmpDir(): string { return join(this.root, 'tmp'); }

  datasetDir(id: string): string { return join(this.root, 'datasets', fileName(id)); }
  runDir(id: string): string { return join(this.root, 'runs', fileName(id)); }
  checkpointFile(id: string): string { return join(this.root, 'checkpoints', `${fileName(id)}.safetensors`); }
  learngeneFile(id: string): string { return join(this.root, 'learngenes', `${fileName(id)}.learngene.safetensors`); }
  exportDir(id: string): string { return join(this.root, 'exports', fileName(id)); }
  /** Pictures drawn for an evaluation that has not ended yet. */
  evaluationDir(key: string): string { return join(this.root, 'evaluations', key); }
  sampleFile(id: string): string { return join(this.root, 'samples', `${fileName(id)}.png`); }

  /** Path below the data folder with forward slashes, as the catalogue and URLs hold it; a path outside stays absolute. */
  relative(path: string): string {
    const below = relative(this.root, path);
    return below.startsWith('..') || isAbsolute(below) ? path : below.split(sep).join('/');
  }

  absolute(path: string): string {
    return isAbsolute(path) ? path : join(this.root, path);
  }
}
