/** Where the window was, kept between starts and moved back onto a display that is there. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export const MIN_WIDTH = 960;
export const MIN_HEIGHT = 600;
const DEFAULT = { width: 1360, height: 880 };
/** So much of the title bar must be reachable. */
const REACHABLE = 80;

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState {
  bounds: Rectangle | null;
  maximized: boolean;
}

/** A missing or damaged file counts as a first start. */
export function readWindowState(file: string): WindowState {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<WindowState>;
    const b = value.bounds;
    const valid = b && [b.x, b.y, b.width, b.height].every(Number.isFinite);
    return { bounds: valid ? { x: b.x, y: b.y, width: b.width, height: b.height } : null, maximized: value.maximized === true };
  } catch {
    return { bounds: null, maximized: false };
  }
}

export function writeWindowState(file: string, state: WindowState): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, JSON.stringify(state));
  renameSync(`${file}.tmp`, file);
}

/** Bounds for a new window: the saved ones where a display still shows them, otherwise the default size, centred by the system. */
export function fitBounds(saved: Rectangle | null, workAreas: Rectangle[]): Partial<Rectangle> & { width: number; height: number } {
  if (!saved) return DEFAULT;
  const width = Math.max(MIN_WIDTH, saved.width);
  const height = Math.max(MIN_HEIGHT, saved.height);
  const reachable = workAreas.some((area) => saved.x + width > area.x + REACHABLE && saved.x < area.x + area.width - REACHABLE && saved.y >= area.y && saved.y < area.y + area.height - REACHABLE);
  return reachable ? { x: saved.x, y: saved.y, width, height } : { width, height };
}
