/**
 * What the preload script gives the window inside Electron as `window.fineStudio`. In a browser it is absent, and the
 * window speaks WebSocket instead. Everything that crosses is plain data, because Electron drops the class of an error.
 */
import type { ErrorInfo } from './errors';
import type { SequencedEvent } from './protocol';

/** The host's answer to one request. */
export type BridgeReply = { result: unknown } | { error: ErrorInfo };

/** State of the helper process that does the work. `failed` means that it ended too often to be started again by itself. */
export type HostState = { state: 'starting' | 'ready' | 'restarting' | 'failed'; attempt: number; message?: string };

/** As in Electron's dialogs: extensions without the dot. */
export interface FileFilter {
  name: string;
  extensions: string[];
}

export interface FineStudioBridge {
  readonly platform: string;
  /** Sends one request of the protocol to the host; never rejects for an error of the host, which is in the reply. */
  invoke(method: string, params: unknown): Promise<BridgeReply>;
  /** Calls back with every event of the host; returns the function that stops it. */
  onEvent(listener: (event: SequencedEvent) => void): () => void;
  onHostState(listener: (state: HostState) => void): () => void;
  /** Starts the host again after it was given up. */
  restartHost(): Promise<void>;
  /** Address of a file below the data folder, given by its path relative to it. */
  fileUrl(path: string): string;
  /** null when the person cancelled. */
  chooseFolder(title?: string): Promise<string | null>;
  chooseFile(filters?: FileFilter[], title?: string): Promise<string | null>;
  chooseSaveFile(defaultName: string, filters?: FileFilter[]): Promise<string | null>;
  /** Absolute path of a dropped file or folder; empty when it is not on a disk. */
  pathForFile(file: File): string;
  /** Shows a file below the data folder in the system's file manager. */
  revealFile(path: string): Promise<void>;
  /** Opens an https address in the system's browser. */
  openExternal(url: string): Promise<void>;
  /** A menu item or shortcut was used: the id of one of the shared actions. */
  onAction(listener: (actionId: string) => void): () => void;
  /** Learngene files that the system asked to open with the application: absolute paths. */
  onOpenFile(listener: (path: string) => void): () => void;
}

/** Channels between preload and shell. Nothing else is listened to. */
export const CHANNELS = {
  invoke: 'fine:invoke',
  event: 'fine:event',
  hostState: 'fine:host-state',
  restartHost: 'fine:restart-host',
  chooseFolder: 'fine:choose-folder',
  chooseFile: 'fine:choose-file',
  chooseSaveFile: 'fine:choose-save-file',
  revealFile: 'fine:reveal-file',
  openExternal: 'fine:open-external',
  action: 'fine:action',
  openFile: 'fine:open-file',
  ready: 'fine:window-ready',
} as const;

/** Scheme of the custom protocol, with its two hosts: the interface and the files of the data folder. */
export const APP_SCHEME = 'fine';
export const APP_URL = `${APP_SCHEME}://app/index.html`;
export const FILES_URL = `${APP_SCHEME}://files/`;

declare global {
  interface Window {
    fineStudio?: FineStudioBridge;
  }
}
