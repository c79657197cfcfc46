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
  onAction: (listener) => listen(CHANNELS.action, listener),
  onOpenFile: (listener) => listen(CHANNELS.openFile, listener),
};

contextBridge.exposeInMainWorld('fineStudio', bridge);
ipcRenderer.send(CHANNELS.ready);
