/** The narrow bridge of a sandboxed window: named functions with plain data, no raw IPC. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { CHANNELS, FILES_URL, type FileFilter, type FineStudioBridge } from '../shared/bridge';

/** Subscribes without ever handing the IPC event, and with it the sender, to the page. */
function listen<T>(channel: string, listener: (value: T) => void): () => void {
  const handler = (_event: unknown, value: T): void => listener(value);
  ipcRenderer.on(channel, handler);
  return () => {
    ipcRenderer.removeListener(channel, handler);
  };
}

/** As `listen`, for what comes once: kept until the page has been built and listens. */
function listenFromNowOn<T>(channel: string): (listener: (value: T) => void) => () => void {
  const early: T[] = [];
  const listeners = new Set<(value: T) => void>();
  ipcRenderer.on(channel, (_event, value: T) => {
    if (listeners.size === 0) early.push(value);
    else listeners.forEach((listener) => listener(value));
  });
  return (listener) => {
    listeners.add(listener);
    early.splice(0).forEach(listener);
    return () => {
      listeners.delete(listener);
    };
  };
}

const bridge: FineStudioBridge = {
  platform: process.platform,
  invoke: (method, params) => ipcRenderer.invoke(CHANNELS.invoke, String(method), params),
  onEvent: (listener) => listen(CHANNELS.event, listener),
  onHostState: (listener) => listen(CHANNELS.hostState, listener),
  restartHost: () => ipcRenderer.invoke(CHANNELS.restartHost),
  fileUrl: (path) => FILES_URL + path.split(/[\\/]/).filter(Boolean).map(encodeURIComponent).join('/'),
  chooseFolder: (title) => ipcRenderer.invoke(CHANNELS.chooseFolder, title),
  chooseFile: (filters?: FileFilter[], title?: string) => ipcRenderer.invoke(CHANNELS.chooseFile, filters, title),
  chooseSaveFile: (defaultName, filters) => ipcRenderer.invoke(CHANNELS.chooseSaveFile, defaultName, filters),
  pathForFile: (file) => webUtils.getPathForFile(file),
  revealFile: (path) => ipcRenderer.invoke(CHANNELS.revealFile, path),
  openExternal: (url) => ipcRenderer.invoke(CHANNELS.openExternal, url),
  onAction: listenFromNowOn(CHANNELS.action),
  onOpenFile: listenFromNowOn(CHANNELS.openFile),
};

contextBridge.exposeInMainWorld('fineStudio', bridge);
ipcRenderer.send(CHANNELS.ready);
