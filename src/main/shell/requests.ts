/** What the window may ask the shell for. Every sender is checked, every value is narrowed before use. */
import { dialog, ipcMain, shell, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import { CHANNELS, type BridgeReply } from '../../shared/bridge';
import { AppError } from '../../shared/errors';
import { resolveBelow } from './appFiles';
import type { HostProcess } from './hostProcess';
import { externalAddress, fileFilters, isInterface, text } from './narrow';

export interface RequestContext {
  window(): BrowserWindow | null;
  host: HostProcess;
  /** Resolves once the host has told it. */
  home(): Promise<string>;
}

export function serveRequests({ window, host, home }: RequestContext): void {
  const handle = (channel: string, answer: (own: BrowserWindow, ...values: unknown[]) => unknown): void => {
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, ...values: unknown[]) => {
      const own = window();
      const fromInterface = own !== null && event.sender === own.webContents && event.senderFrame === own.webContents.mainFrame && isInterface(event.senderFrame.url);
      if (!fromInterface) throw new AppError('unauthorised', 'This page may not use the application.');
      return answer(own, ...values);
    });
  };

  handle(CHANNELS.invoke, (_own, method, params): Promise<BridgeReply> => host.call(text(method, ''), params));
  handle(CHANNELS.restartHost, () => host.restart());
  handle(CHANNELS.chooseFolder, async (own, title) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(own, { title: text(title, 'Choose a folder'), properties: ['openDirectory'] });
    return canceled ? null : (filePaths[0] ?? null);
  });
  handle(CHANNELS.chooseFile, async (own, filters, title) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(own, { title: text(title, 'Choose a file'), filters: fileFilters(filters), properties: ['openFile'] });
    return canceled ? null : (filePaths[0] ?? null);
  });
  handle(CHANNELS.chooseSaveFile, async (own, defaultName, filters) => {
    const { canceled, filePath } = await dialog.showSaveDialog(own, { defaultPath: text(defaultName, 'untitled'), filters: fileFilters(filters) });
    return canceled ? null : (filePath ?? null);
  });
  handle(CHANNELS.revealFile, async (_own, path) => {
    const file = await resolveBelow(await home(), text(path, '').split('/').map(encodeURIComponent).join('/'), null);
    if (file === null) throw new AppError('not-found', 'There is no such file in the data folder.');
    shell.showItemInFolder(file);
  });
  handle(CHANNELS.openExternal, (_own, address) => shell.openExternal(externalAddress(address)));
}
