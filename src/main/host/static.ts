/** Sends files of one folder and nothing outside it. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.webp': 'image/webp', '.jpg': 'image/jpeg', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8', '.csv': 'text/csv; charset=utf-8',
};

/** Folders of the data folder whose files a window shows or saves; the catalogue and the token's file are not among them. */
const PUBLIC = new Set(['datasets', 'runs', 'checkpoints', 'learngenes', 'exports', 'samples']);
/** Names that Windows gives to devices in every folder. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * The absolute path of `encoded` (percent-encoded, forward slashes) below `root`; null when any segment tries to leave it,
 * is hidden, names a device or holds a separator, a drive or a NUL.
 */
export function safePath(root: string, encoded: string): string | null {
  let segments: string[];
  try {
    segments = encoded.split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
  const bad = (s: string) => s === '' || s.startsWith('.') || /[\\/:\0]/.test(s) || DEVICE.test(s) || /[. ]$/.test(s);
  return segments.some(bad) ? null : join(root, ...segments);
}

/** Answers with the file; false when there is none to be shown. A link that leads elsewhere counts as none. */
export async function sendFile(response: ServerResponse, root: string, encoded: string, what: 'files' | 'interface'): Promise<boolean> {
  const path = safePath(root, encoded);
  if (path === null || (what === 'files' && !PUBLIC.has(encoded.split('/')[0]!))) return false;
  let size: number;
  try {
    const [real, base] = await Promise.all([realpath(path), realpath(root)]);
    // A link inside a public folder may not lead to a private one either.
    const within = what === 'files' ? join(base, encoded.split('/')[0]!) : base;
    if (!real.startsWith(within + sep)) return false;
    const info = await stat(real);
    if (!info.isFile()) return false;
    size = info.size;
  } catch {
    return false;
  }
  const extension = extname(path).toLowerCase();
  const type = TYPES[extension];
  response.setHeader('Content-Type', type ?? 'application/octet-stream');
  response.setHeader('Content-Length', size);
  // Names of built scripts carry their hash; everything else may change under the same name.
  response.setHeader('Cache-Control', what === 'interface' && encoded.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
  // Markup from the data folder is never shown as a page of ours.
  if (what === 'files' && (!type || extension === '.html' || extension === '.svg')) response.setHeader('Content-Disposition', 'attachment');
  if (response.req.method === 'HEAD') {
    response.end();
    return true;
  }
  await pipeline(createReadStream(path), response);
  return true;
}
