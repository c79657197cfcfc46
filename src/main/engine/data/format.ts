/**
 * A prepared dataset on disk: a folder with
 *   images.bin  uint8 [images, size, size, channels], row-major
 *   labels.bin  int32 little-endian [images], an index into `classNames`
 *   meta.json   this schema
 *   preview.png a grid to look at
 * Latents come later: the fields that they need (channels, space, scale, decoder) are here from the start.
 */
import { z } from 'zod';
import { skippedFileSchema } from '../../../shared/entities';

export const IMAGES_FILE = 'images.bin';
export const LABELS_FILE = 'labels.bin';
export const META_FILE = 'meta.json';
export const PREVIEW_FILE = 'preview.png';

export const datasetMetaSchema = z.object({
  format: z.literal('fine-dataset'),
  version: z.literal(1),
  name: z.string(),
  kind: z.enum(['builtin', 'folder', 'zip']),
  source: z.string(),
  /** All pictures of the folder, the held-out ones among them. */
  images: z.int().min(1),
  size: z.int().min(1),
  channels: z.int().min(1),
  space: z.enum(['pixels', 'latents']),
  scale: z.number().positive(),
  decoder: z.string().nullable(),
  classNames: z.array(z.string()).min(1),
  /** Ascending indices of the pictures that training never sees. */
  heldOut: z.array(z.int().min(0)),
  skipped: z.array(skippedFileSchema),
  /** Per channel over all pictures, in [-1, 1]. */
  mean: z.array(z.number()),
  std: z.array(z.number()),
  attribution: z.string().nullable(),
});
export type DatasetMeta = z.infer<typeof datasetMetaSchema>;
