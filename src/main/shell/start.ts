/** Puts the desktop application together: one instance, one window, one host. */
import { BrowserWindow, type App } from 'electron';
import { join } from 'node:path';

export function startShell(app: App): void {
  void app.whenReady().then(() => {
    const window = new BrowserWindow({ webPreferences: { preload: join(import.meta.dirname, '../preload/index.cjs'), sandbox: true, contextIsolation: true } });
    return window.loadURL('about:blank');
  });
}
