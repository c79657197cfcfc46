/** What a place with pictures gives: a list of them with their classes, each read only when its turn comes. */
import { AppError } from '../../../shared/errors';

export interface Skipped {
  file: string;
  reason: string;
}

export interface Picture {
  /** Path below the source, with `/`. */
  path: string;
  label: number;
  /** The encoded bytes. Throws `PictureError` when they cannot be had. */
  read(): Promise<Buffer>;
}

export interface PictureSource {
  classNames: string[];
  pictures: Picture[];
  skipped: Skipped[];
  close(): Promise<void>;
}

/** One picture cannot be used; the message is the reason listed beside its path. The others go on. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/** Largest encoded picture that is read, in bytes. */
export const MAX_PICTURE_BYTES = 256 * 2 ** 20;

/** Extensions read here. What a file really is, its content decides (decode.ts). */
const EXTENSIONS = new Set(['png', 'jpg', 'jpeg', 'jfif', 'webp', 'gif', 'tif', 'tiff', 'avif']);

/** Files that systems leave in folders and that nobody means as pictures: not even worth a line in the list. */
export function isSystemFile(name: string): boolean {
  return name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini' || name === '__MACOSX';
}

/** Null for a path that looks like a picture, else the reason to skip it. */
export function reasonByName(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
  if (EXTENSIONS.has(extension)) return null;
  if (extension === 'svg' || extension === 'svgz') return 'SVG drawings have no pixels of their own: export them as PNG.';
  return extension ? `Not a picture format read here (.${extension.slice(0, 12)}).` : 'Not a picture: its name has no extension.';
}

/**
 * Classes from paths: the first folder is the class (nested folders belong to it); pictures in one flat place are one class
 * named `flatName`. Class names are compared after Unicode normalisation, so "é" typed on two systems is one class.
 * Pictures that lie beside class folders have no class and are skipped with a reason.
 */
export function assignClasses(paths: readonly string[], flatName: string): { classNames: string[]; labels: Map<string, number>; skipped: Skipped[] } {
  const folderOf = (path: string): string => path.slice(0, Math.max(0, path.indexOf('/'))).normalize('NFC');
  const classNames = [...new Set(paths.map(folderOf).filter((name) => name !== ''))].sort();
  const labels = new Map<string, number>();
  const skipped: Skipped[] = [];
  if (classNames.length === 0) {
    for (const path of paths) labels.set(path, 0);
    return { classNames: paths.length > 0 ? [flatName] : [], labels, skipped };
  }
  const index = new Map(classNames.map((name, i) => [name, i]));
  for (const path of paths) {
    const label = index.get(folderOf(path));
    if (label === undefined) skipped.push({ file: path, reason: 'It lies beside the class folders: move it into one of them.' });
    else labels.set(path, label);
  }
  return { classNames, labels, skipped };
}

/** Refusal of a place in which not one picture can be used. */
export function noPictures(source: string, skipped: readonly Skipped[]): AppError {
  return new AppError('invalid-input', `No pictures were found in ${source}.`, {
    cause: skipped.length > 0 ? `${skipped.length} files were skipped, the first one ${skipped[0].file}: ${skipped[0].reason}` : 'It is empty.',
    hint: 'Give a folder with PNG, JPEG or WebP pictures, or one with a sub-folder of pictures for each class.',
    field: 'source',
    details: { skipped: skipped.slice(0, 50) },
  });
}
