/** What a page in this application may not do, following Electron's security recommendations. */
import { shell, type App, type Session, type WebContents, type WebPreferences } from 'electron';
import { externalAddress, isInterface } from './narrow';

export const SECURE_PREFERENCES: WebPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
};

/** Copying to the clipboard is the one permission that the interface needs. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, allow) => allow(permission === 'clipboard-sanitized-write' && isInterface(contents.getURL())));
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === 'clipboard-sanitized-write' && isInterface(origin));
  session.setDevicePermissionHandler(() => false);
}

export function guardContents(contents: WebContents): void {
  const stay = (event: { preventDefault(): void }, address: string): void => {
    if (!isInterface(address)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // A link to a paper or a licence opens in the person's browser; nothing opens a window of ours.
    if (URL.parse(url)?.protocol === 'https:') void shell.openExternal(externalAddress(url));
    return { action: 'deny' };
  });
}

/** Also for windows and views that nobody foresaw. */
export function guardApp(app: App): void {
  // Whoever starts it with --no-sandbox, as one must in a container as root, has decided already.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}
