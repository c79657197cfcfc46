/** The one window: it opens where it was, shows itself when it has something to show, and remembers. */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_URL } from '../../shared/bridge';
import { SECURE_PREFERENCES } from './security';
import { fitBounds, MIN_HEIGHT, MIN_WIDTH, readWindowState, writeWindowState } from './windowState';

export interface WindowFiles {
  preload: string;
  icon: string;
  state: string;
}

export function openWindow(files: WindowFiles): BrowserWindow {
  const state = readWindowState(files.state);
  const window = new BrowserWindow({
    ...fitBounds(state.bounds, screen.getAllDisplays().map((display) => display.workArea)),
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    show: false,
    title: 'FINE Studio',
    icon: files.icon,
    // The colour that the first paint will have, so that opening does not flash.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14171a' : '#ffffff',
    webPreferences: { ...SECURE_PREFERENCES, preload: files.preload },
  });
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  // `close` may be refused by the question about running work; saving twice does no harm.
  window.on('close', () => writeWindowState(files.state, { bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
  void window.loadURL(APP_URL);
  return window;
}

export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  if (!window.isVisible()) window.show();
  window.focus();
}
