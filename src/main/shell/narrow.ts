/** Values from a page, narrowed before anything is done with them. */
import { APP_SCHEME, type FileFilter } from '../../shared/bridge';
import { AppError } from '../../shared/errors';

const LONGEST_TEXT = 500;

export function text(value: unknown, fallback: string): string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT ? value : fallback;
}

/** Filters as Electron takes them; anything odd is dropped. */
export function fileFilters(value: unknown): FileFilter[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 20).flatMap((filter: Partial<FileFilter> | null) => {
    const extensions = Array.isArray(filter?.extensions) ? filter.extensions.filter((e) => typeof e === 'string' && /^[\w.*-]{1,40}$/.test(e)) : [];
    return typeof filter?.name === 'string' && extensions.length > 0 ? [{ name: filter.name.slice(0, 100), extensions }] : [];
  });
}

/** Whether an address is the interface, and not the data folder or the outside. */
export function isInterface(address: string): boolean {
  try {
    const url = new URL(address);
    return url.protocol === `${APP_SCHEME}:` && url.host === 'app';
  } catch {
    return false;
  }
}

/** @throws AppError `invalid-input` for anything but a plain https address */
export function externalAddress(address: unknown): string {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  if (!url || url.protocol !== 'https:' || url.username || url.password) throw new AppError('invalid-input', 'Only https addresses are opened in the browser.');
  return url.href;
}
