/** Reads a prepared dataset into memory. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AppError } from '../../../shared/errors';
import { type DatasetMeta, IMAGES_FILE, LABELS_FILE, META_FILE, datasetMetaSchema } from './format';

export interface OpenDataset {
  /** Training pictures, uint8 [N, size, size, channels]. */
  images: Uint8Array;
  /** Class of each training picture, [N]. */
  labels: Int32Array;
  /** Pictures that training never sees, same layout. */
  heldOutImages: Uint8Array;
  heldOutLabels: Int32Array;
  /** Pictures in `images` and in `heldOutImages`. */
  count: number;
  heldOutCount: number;
  size: number;
  channels: number;
  classNames: string[];
  /** How many classes there are: the model's `numClasses`. */
  classes: number;
  space: DatasetMeta['space'];
  scale: number;
  decoder: string | null;
  meta: DatasetMeta;
}

/** The description of a prepared dataset. Throws `not-found` when there is none and `format` when it is damaged. */
export function readDatasetMeta(dir: string): DatasetMeta {
  let text: string;
  try {
    text = readFileSync(join(dir, META_FILE), 'utf8');
  } catch (error) {
    throw new AppError('not-found', `The prepared dataset ${basename(dir)} cannot be read.`, { cause: (error as Error).message, hint: 'Add the pictures again.', field: 'dataset' });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(dir, `${META_FILE} is not JSON`);
  }
  const parsed = datasetMetaSchema.safeParse(value);
  if (!parsed.success) throw damaged(dir, `${META_FILE}: ${parsed.error.issues[0].path.join('.')} ${parsed.error.issues[0].message}`);
  return parsed.data;
}

/** All pictures and labels of a prepared dataset, training and held-out apart. Throws `format` when the files do not fit its description. */
export function openDataset(dir: string): OpenDataset {
  const meta = readDatasetMeta(dir);
  if (meta.space !== 'pixels') throw new AppError('unsupported', `The dataset ${meta.name} holds latents; this version trains on pixels.`, { hint: 'Prepare the pictures themselves as a dataset.', field: 'dataset' });
  const each = meta.size * meta.size * meta.channels;
  if (fileSize(dir, IMAGES_FILE) !== meta.images * each) throw damaged(dir, `${IMAGES_FILE} should hold ${meta.images * each} bytes`);
  if (fileSize(dir, LABELS_FILE) !== meta.images * 4) throw damaged(dir, `${LABELS_FILE} should hold ${meta.images * 4} bytes`);
  if (meta.heldOut.some((index, i) => index >= meta.images || (i > 0 && index <= meta.heldOut[i - 1]))) throw damaged(dir, 'the held-out indices are not an ascending list of pictures');

  const allLabels = readLabels(join(dir, LABELS_FILE));
  if (allLabels.some((label) => label < 0 || label >= meta.classNames.length)) throw damaged(dir, `${LABELS_FILE} names a class that does not exist`);

  const heldOutCount = meta.heldOut.length;
  const count = meta.images - heldOutCount;
  const images = new Uint8Array(count * each);
  const labels = new Int32Array(count);
  const heldOutImages = new Uint8Array(heldOutCount * each);
  const heldOutLabels = new Int32Array(heldOutCount);

  // Runs of training pictures lie between held-out ones: each is read straight to its place, so nothing is held twice.
  const file = openSync(join(dir, IMAGES_FILE), 'r');
  try {
    let next = 0;
    for (let h = 0; h <= heldOutCount; h++) {
      const end = h < heldOutCount ? meta.heldOut[h] : meta.images;
      readInto(file, images, (next - h) * each, (end - next) * each, next * each);
      labels.set(allLabels.subarray(next, end), next - h);
      if (h < heldOutCount) {
        readInto(file, heldOutImages, h * each, each, end * each);
        heldOutLabels[h] = allLabels[end];
      }
      next = end + 1;
    }
  } finally {
    closeSync(file);
  }
  const { size, channels, classNames, space, scale, decoder } = meta;
  return { images, labels, heldOutImages, heldOutLabels, count, heldOutCount, size, channels, classNames, classes: classNames.length, space, scale, decoder, meta };
}

/** Refuses a batch larger than the training pictures at hand. */
export function assertBatchFits(dataset: Pick<OpenDataset, 'count' | 'meta'>, batchSize: number): void {
  if (dataset.count >= batchSize) return;
  throw new AppError('invalid-input', `The dataset ${dataset.meta.name} has ${dataset.count} training pictures, fewer than one batch of ${batchSize}.`, { hint: `Choose a batch size of at most ${dataset.count}, or add pictures.`, field: 'train.batchSize' });
}

function damaged(dir: string, what: string): AppError {
  return new AppError('format', `The prepared dataset ${basename(dir)} is damaged.`, { cause: `${what}.`, hint: 'Add the pictures again.', field: 'dataset' });
}

function fileSize(dir: string, name: string): number {
  try {
    return statSync(join(dir, name)).size;
  } catch {
    throw damaged(dir, `${name} is missing`);
  }
}

function readLabels(path: string): Int32Array {
  const bytes = readFileSync(path);
  return Int32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32LE(4 * i));
}

/** One read call gives at most 2 GiB, so a large dataset takes several. */
function readInto(file: number, target: Uint8Array, offset: number, length: number, position: number): void {
  let done = 0;
  while (done < length) {
    const got = readSync(file, target, offset + done, Math.min(length - done, 1 << 30), position + done);
    if (got === 0) throw new AppError('format', `${IMAGES_FILE} ended early.`, { hint: 'Add the pictures again.' });
    done += got;
  }
}
