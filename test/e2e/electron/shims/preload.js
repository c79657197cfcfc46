/** Electron 9 gives a dropped file's path on the file itself. Only the tests load this. */
'use strict';
const electron = require('electron');

if (!electron.webUtils) electron.webUtils = { getPathForFile: (file) => file.path };
