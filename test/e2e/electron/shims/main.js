/** What Electron 9 (Node 12) lacks of the main process interfaces that the shell uses. Only the tests load this. */
'use strict';
const { Readable } = require('stream');
const electron = require('electron');
const { app, ipcMain, protocol } = electron;

globalThis.performance = globalThis.performance || require('perf_hooks').performance;
URL.parse = URL.parse || ((text) => {
  try {
    return new URL(text);
  } catch {
    return null;
  }
});
for (const prototype of [Array.prototype, String.prototype]) {
  if (!('at' in prototype)) Object.defineProperty(prototype, 'at', { value: function at(i) { return this[i < 0 ? this.length + i : i]; } });
}
Readable.toWeb = Readable.toWeb || ((stream) => stream);
globalThis.Response = globalThis.Response || function Response(body, { status = 200, headers = {} } = {}) {
  Object.assign(this, { body, status, headers });
};

if (!protocol.handle) {
  protocol.handle = (scheme, answer) => protocol.registerStreamProtocol(scheme, (request, done) => {
    answer(request).then(({ status, headers, body }) => done({ statusCode: status, headers, data: typeof body === 'string' || body === null ? Readable.from([Buffer.from(body || '')]) : body }));
  });
}

/** The frame of a sender: one per page, so that two looks at it are equal. */
const frames = new WeakMap();
const frameOf = (contents) => {
  if (!frames.has(contents)) frames.set(contents, { get url() { return contents.getURL(); } });
  return frames.get(contents);
};
const handle = ipcMain.handle.bind(ipcMain);
ipcMain.handle = (channel, answer) => handle(channel, (event, ...values) => {
  if (!event.senderFrame) event.senderFrame = frameOf(event.sender);
  return answer(event, ...values);
});
app.on('web-contents-created', (_event, contents) => {
  if (!contents.mainFrame) Object.defineProperty(contents, 'mainFrame', { get: () => frameOf(contents) });
  if (!contents.setWindowOpenHandler) contents.setWindowOpenHandler = (decide) => contents.on('new-window', (event, url) => decide({ url }).action === 'deny' && event.preventDefault());
});
app.on('session-created', (session) => {
  if (!session.setDevicePermissionHandler) session.setDevicePermissionHandler = () => {};
});
