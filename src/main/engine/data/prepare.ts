/** From a folder, an archive or the built-in set to a prepared dataset. */
import { join, resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import { AppError } from '../../../shared/errors';
import type { JobResult } from '../../../shared/worker';
import { openBuiltin } from './builtin';
import { decodePicture } from './decode';
import { openFolder } from './folder';
import { PREVIEW_FILE } from './format';
import { type PictureSource, PictureError, type Skipped, noPictures } from './source';
import { splitHeldOut } from './split';
import { DatasetWriter } from './writer';
import { openZip } from './zip';

export interface PrepareOptions {
  /** The folder or archive; for `builtin` the folder of the built-in set. */
  source: string;
  sourceKind: 'folder' | 'zip' | 'builtin';
  /** Width and height of the prepared pictures. */
  size: number;
  name: string;
  /** Where the dataset goes; must not exist yet. */
  datasetDir: string;
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/** Skipped files listed one by one; the rest is counted in one line, so that a wrong folder cannot fill the catalogue. */
const MAX_LISTED = 2000;
const CHANNELS = 3;

/**
 * Reads, converts and writes all pictures; nothing is left behind on failure or cancellation. Errors: `not-found`,
 * `invalid-input` (unreadable, no pictures), `format` (archive refused), `conflict`, `no-space`, `cancelled`.
 */
export async function prepareDataset(options: PrepareOptions): Promise<JobResult<'dataset'>> {
  return options.sourceKind === 'builtin' ? prepareBuiltin(options) : preparePictures(options);
}

async function prepareBuiltin(options: PrepareOptions): Promise<JobResult<'dataset'>> {
  const { size, datasetDir, name, onProgress, signal } = options;
  const set = await openBuiltin(options.source);
  const writer = await DatasetWriter.create(datasetDir, { size, channels: CHANNELS }, set.ids.length);
  try {
    const each = set.size * set.size * CHANNELS;
    for (const [i, label] of set.labels.entries()) {
      throwIfAborted(signal);
      const picture = set.images.subarray(i * each, (i + 1) * each);
      await writer.add(size === set.size ? picture : await sharp(picture, { raw: { width: set.size, height: set.size, channels: CHANNELS } }).resize(size, size).raw().toBuffer(), label);
      onProgress?.(i + 1, set.ids.length);
    }
    const described = { name, kind: 'builtin' as const, source: set.source, classNames: set.classNames, skipped: [], attribution: set.attribution };
    return await finish(writer, options, described, set.heldOut);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

async function preparePictures(options: PrepareOptions): Promise<JobResult<'dataset'>> {
  const { size, datasetDir, name, onProgress, signal } = options;
  const path = resolve(options.source);
  const source = await (options.sourceKind === 'zip' ? openZip(path, signal) : openFolder(path, signal));
  try {
    if (source.pictures.length === 0) throw noPictures(path, source.skipped);
    const writer = await DatasetWriter.create(datasetDir, { size, channels: CHANNELS }, source.pictures.length);
    try {
      const skipped = [...source.skipped];
      const used = await decodeAll(source, size, writer, skipped, onProgress, signal);
      if (writer.count === 0) throw noPictures(path, skipped);
      const heldOut = splitHeldOut(used.map((p) => p.path), used.map((p) => p.label));
      const described = { name, kind: options.sourceKind, source: path, classNames: source.classNames, skipped: shorten(skipped), attribution: null };
      return await finish(writer, options, described, heldOut);
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  } finally {
    await source.close();
  }
}

/**
 * Decodes side by side and writes in the order of the list. At most `lanes` pictures are in memory at a time.
 * Returns the pictures that were written.
 */
async function decodeAll(source: PictureSource, size: number, writer: DatasetWriter, skipped: Skipped[], onProgress: PrepareOptions['onProgress'], signal?: AbortSignal): Promise<{ path: string; label: number }[]> {
  const { pictures } = source;
  const lanes = Math.max(2, Math.min(8, availableParallelism()));
  const decodeAt = async (i: number): Promise<Uint8Array | PictureError> => {
    try {
      return await decodePicture(await pictures[i].read(), size);
    } catch (error) {
      if (error instanceof PictureError) return error;
      throw error;
    }
  };
  const used: { path: string; label: number }[] = [];
  const inFlight: Promise<Uint8Array | PictureError>[] = [];
  let started = 0;
  try {
    for (let i = 0; i < pictures.length; i++) {
      throwIfAborted(signal);
      while (started < pictures.length && inFlight.length < lanes) inFlight.push(decodeAt(started++));
      const result = await (inFlight.shift() as Promise<Uint8Array | PictureError>);
      const { path, label } = pictures[i];
      if (result instanceof PictureError) skipped.push({ file: path, reason: result.message });
      else {
        await writer.add(result, label);
        used.push({ path, label });
      }
      onProgress?.(i + 1, pictures.length);
    }
  } finally {
    await Promise.allSettled(inFlight);
  }
  return used;
}

async function finish(
  writer: DatasetWriter,
  { size, datasetDir }: PrepareOptions,
  described: { name: string; kind: 'folder' | 'zip' | 'builtin'; source: string; classNames: string[]; skipped: Skipped[]; attribution: string | null },
  heldOut: number[],
): Promise<JobResult<'dataset'>> {
  const { meta, bytes, labels } = await writer.finish({ ...described, size, channels: CHANNELS, space: 'pixels', scale: 1, decoder: null }, heldOut);
  const counts = meta.classNames.map(() => 0);
  for (const label of labels) counts[label]++;
  return {
    size,
    channels: CHANNELS,
    space: meta.space,
    scale: meta.scale,
    decoder: meta.decoder,
    images: meta.images,
    heldOut: heldOut.length,
    classes: meta.classNames.map((name, i) => ({ name, images: counts[i] })),
    skipped: meta.skipped,
    mean: meta.mean,
    std: meta.std,
    bytes,
    attribution: meta.attribution,
    previewFile: join(datasetDir, PREVIEW_FILE),
  };
}

function shorten(skipped: Skipped[]): Skipped[] {
  if (skipped.length <= MAX_LISTED) return skipped;
  return [...skipped.slice(0, MAX_LISTED), { file: `and ${skipped.length - MAX_LISTED} more`, reason: 'Not listed one by one.' }];
}

function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.');
}
