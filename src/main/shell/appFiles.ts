/** Which file a `fine://` address means: the interface (`fine://app/...`) or the data folder (`fine://files/...`), and nothing outside them. */
import { realpath, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { APP_SCHEME } from '../../shared/bridge';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
};

/** Scripts only from the interface itself; inline styles, because charts and the component library set them. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' ${APP_SCHEME}://files data: blob:; font-src 'self' data:; connect-src 'self' ${APP_SCHEME}://files; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Folders of the data folder that a window shows; the catalogue and the token's file are not among them. */
const PUBLIC = new Set(['datasets', 'runs', 'checkpoints', 'learngenes', 'exports', 'samples']);

export interface AppFile {
  path: string;
  size: number;
  headers: Record<string, string>;
}

/** @param home gives the data folder, once the host has told it. @returns null when the address names no file that may be shown */
export async function findAppFile(address: string, renderer: string, home: () => Promise<string>): Promise<AppFile | null> {
  const url = new URL(address);
  const isFile = url.host === 'files';
  const base = isFile ? await home() : url.host === 'app' ? renderer : null;
  if (base === null) return null;
  const path = await resolveBelow(base, url.pathname === '/' ? '/index.html' : url.pathname, isFile ? PUBLIC : null);
  if (path === null) return null;
  const extension = extname(path).toLowerCase();
  const type = TYPES[extension];
  const headers: Record<string, string> = {
    'Content-Type': type ?? 'application/octet-stream',
    'Content-Security-Policy': isFile ? "default-src 'none'" : CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  };
  // Pictures and tables of the data folder are fetched by the interface, which is another origin.
  if (isFile) headers['Access-Control-Allow-Origin'] = `${APP_SCHEME}://app`;
  if (isFile && (!type || extension === '.html' || extension === '.svg')) headers['Content-Disposition'] = 'attachment';
  return { path, size: (await stat(path)).size, headers };
}

/**
 * The real path of `encoded` (percent-encoded, forward slashes) below `base`.
 * @param allowed first segments that may be shown; null allows all
 * @returns null for what is no file, is hidden, or leaves the folder by dots, separators, drives or links
 */
export async function resolveBelow(base: string, encoded: string, allowed: Set<string> | null): Promise<string | null> {
  try {
    const segments = encoded.split('/').filter(Boolean).map(decodeURIComponent);
    const bad = (segment: string): boolean => segment.startsWith('.') || /[\\/:\0]/.test(segment);
    if (segments.length === 0 || segments.some(bad) || (allowed && !allowed.has(segments[0]!))) return null;
    const [path, root] = await Promise.all([realpath(join(base, ...segments)), realpath(base)]);
    // Judged by where a link leads, too.
    const inside = path.startsWith(root + sep) && (!allowed || allowed.has(relative(root, path).split(sep)[0]!));
    return inside && (await stat(path)).isFile() ? path : null;
  } catch {
    // Malformed encoding, or nothing there: both mean that there is no such file.
    return null;
  }
}
