/** Electron 9 gives a file's path on the file itself, and no file gets through its bridge. Only the tests load this. */
'use strict';
const electron = require('electron');

let dropped = '';
window.addEventListener('drop', (event) => {
  const file = event.dataTransfer && event.dataTransfer.files[0];
  dropped = (file && file.path) || '';
}, true);
if (!electron.webUtils) electron.webUtils = { getPathForFile: () => dropped };
