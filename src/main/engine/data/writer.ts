/** Writes a prepared dataset into a temporary folder beside its place and renames it when all of it is safely on disk. */
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors';
import { type DatasetMeta, IMAGES_FILE, LABELS_FILE, META_FILE, PREVIEW_FILE } from './format';
import { previewGrid } from './preview';
import { byteToModel } from './range';

export type MetaOfSource = Omit<DatasetMeta, 'format' | 'version' | 'images' | 'heldOut' | 'mean' | 'std'>;

/** Room for everything but the pictures themselves: labels, description, preview. */
const OVERHEAD_BYTES = 8 * 2 ** 20;

export class DatasetWriter {
  private readonly labels: number[] = [];
  private readonly sum: Float64Array;
  private readonly squares: Float64Array;

  private constructor(
    private readonly dir: string,
    private readonly partial: string,
    private readonly images: FileHandle,
    private readonly size: number,
    private readonly channels: number,
  ) {
    this.sum = new Float64Array(channels);
    this.squares = new Float64Array(channels);
  }

  /** Refuses a place that is taken (`conflict`) and one without room for `expected` pictures (`no-space`), before anything is written. */
  static async create(dir: string, shape: { size: number; channels: number }, expected: number): Promise<DatasetWriter> {
    await refuseTaken(dir);
    await mkdir(dirname(dir), { recursive: true });
    const need = expected * shape.size * shape.size * shape.channels + OVERHEAD_BYTES;
    const { bavail, bsize } = await statfs(dirname(dir));
    if (need > bavail * bsize) throw new AppError('no-space', `The prepared pictures need ${mebibytes(need)} MiB, and ${mebibytes(bavail * bsize)} MiB are free.`, { hint: 'Free some room, choose a smaller size, or move the data folder to another disk.', details: { need, free: bavail * bsize } });
    const partial = join(dirname(dir), `.${basename(dir)}.partial`);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    return new DatasetWriter(dir, partial, await open(join(partial, IMAGES_FILE), 'w+'), shape.size, shape.channels);
  }

  get count(): number {
    return this.labels.length;
  }

  /** Appends one picture, uint8 [size, size, channels]. */
  async add(picture: Uint8Array, label: number): Promise<void> {
    const sum = new Float64Array(this.channels);
    const squares = new Float64Array(this.channels);
    for (let p = 0; p < picture.length; p += this.channels)
      for (let c = 0; c < this.channels; c++) {
        const v = picture[p + c];
        sum[c] += v;
        squares[c] += v * v;
      }
    for (let c = 0; c < this.channels; c++) {
      this.sum[c] += sum[c];
      this.squares[c] += squares[c];
    }
    const at = this.labels.push(label) - 1;
    await guardSpace(this.images.write(picture, 0, picture.length, at * picture.length));
  }

  /**
   * Writes labels, preview and description, makes all durable, and moves the folder to its place. Returns the description,
   * the labels and the bytes on disk. A class left without pictures is dropped: it would be a label that nothing ever learns.
   */
  async finish(meta: MetaOfSource, heldOut: number[]): Promise<{ meta: DatasetMeta; bytes: number; labels: number[] }> {
    const pixels = this.labels.length * this.size * this.size;
    const present = [...new Set(this.labels)].sort((a, b) => a - b);
    const labels = this.labels.map((label) => present.indexOf(label));
    // (v / 127.5 - 1) is linear, so its mean and deviation follow from those of the bytes.
    const byteMean = [...this.sum].map((s) => s / pixels);
    const full: DatasetMeta = {
      format: 'fine-dataset',
      version: 1,
      ...meta,
      classNames: present.map((label) => meta.classNames[label]),
      images: labels.length,
      heldOut,
      mean: byteMean.map(byteToModel),
      std: byteMean.map((m, c) => Math.sqrt(Math.max(0, this.squares[c] / pixels - m * m)) / 127.5),
    };
    const labelBytes = Buffer.alloc(labels.length * 4);
    labels.forEach((label, i) => labelBytes.writeInt32LE(label, 4 * i));
    const preview = await previewGrid(this.images, labels, this.size);
    await guardSpace(this.images.sync());
    await this.images.close();
    const small: [string, Uint8Array][] = [[LABELS_FILE, labelBytes], [PREVIEW_FILE, preview], [META_FILE, Buffer.from(`${JSON.stringify(full)}\n`)]];
    for (const [name, bytes] of small) await writeDurably(join(this.partial, name), bytes);
    await syncFolder(this.partial);
    await refuseTaken(this.dir);
    await rename(this.partial, this.dir);
    await syncFolder(dirname(this.dir));
    const bytes = pixels * this.channels + small.reduce((n, [, b]) => n + b.length, 0);
    return { meta: full, bytes, labels };
  }

  /** Removes all traces of an unfinished dataset. */
  async abandon(): Promise<void> {
    await this.images.close().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EBADF') throw error;
    });
    await rm(this.partial, { recursive: true, force: true });
  }
}

/** An empty folder may be in the way and is removed; anything else in the place is not ours to replace. */
async function refuseTaken(dir: string): Promise<void> {
  try {
    if ((await readdir(dir)).length === 0) return await rmdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  throw new AppError('conflict', `The folder ${dir} exists already.`, { hint: 'Remove the dataset that lies there first.' });
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await guardSpace(file.writeFile(bytes));
    await guardSpace(file.sync());
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders; its rename is durable by the journal.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function guardSpace<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('no-space', 'The disk is full; the dataset was not added.', { hint: 'Free some room and add it again.' });
    throw error;
  }
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
