/** The pictures that come with the application: lossless sprite sheets with a description (scripts/build-emoji.mjs makes them). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { AppError } from '../../../shared/errors';

const builtinMetaSchema = z.object({
  name: z.string(),
  size: z.int(),
  channels: z.literal(3),
  columns: z.int(),
  sheets: z.array(z.string().regex(/^[\w-]+\.webp$/)),
  source: z.string(),
  licence: z.string(),
  attribution: z.string(),
  classNames: z.array(z.string()),
  /** Identifiers, separated by spaces. */
  ids: z.string(),
  /** One digit per picture. */
  labels: z.string().regex(/^\d+$/),
  /** Indices, separated by spaces. */
  heldOut: z.string(),
});

export interface BuiltinPictures {
  name: string;
  /** Package and licence. */
  source: string;
  attribution: string;
  size: number;
  classNames: string[];
  ids: string[];
  labels: number[];
  heldOut: number[];
  /** uint8 [N, size, size, 3] */
  images: Uint8Array;
}

/** Reads a built-in set from its folder. Throws `not-found` when the installation lacks it. */
export async function openBuiltin(dir: string): Promise<BuiltinPictures> {
  let text: string;
  try {
    text = await readFile(join(dir, 'meta.json'), 'utf8');
  } catch (error) {
    throw new AppError('not-found', `The built-in pictures are not at ${dir}.`, { cause: (error as Error).message, hint: 'Install the application again.', field: 'source' });
  }
  const meta = builtinMetaSchema.parse(JSON.parse(text));
  const ids = meta.ids.split(' ');
  const { size, columns } = meta;
  const images = new Uint8Array(ids.length * size * size * 3);
  let index = 0;
  for (const sheet of meta.sheets) {
    const { data, info } = await sharp(await readFile(join(dir, sheet))).raw().toBuffer({ resolveWithObject: true });
    if (info.width !== columns * size || info.channels !== 3) throw new AppError('format', `The built-in sheet ${sheet} has unexpected dimensions.`, { hint: 'Install the application again.' });
    const stride = info.width * 3;
    const inSheet = Math.min(ids.length - index, (info.height / size) * columns);
    for (let i = 0; i < inSheet; i++, index++) {
      const corner = Math.floor(i / columns) * size * stride + (i % columns) * size * 3;
      for (let y = 0; y < size; y++) images.set(data.subarray(corner + y * stride, corner + y * stride + size * 3), (index * size + y) * size * 3);
    }
  }
  if (index !== ids.length) throw new AppError('format', `The built-in sheets hold ${index} of ${ids.length} pictures.`, { hint: 'Install the application again.' });
  return { name: meta.name, source: `${meta.source}, ${meta.licence}`, attribution: meta.attribution, size, classNames: meta.classNames, ids, labels: [...meta.labels].map(Number), heldOut: meta.heldOut.split(' ').map(Number), images };
}
