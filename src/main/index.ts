/** Entry of the desktop application. */
import { app } from 'electron';
import { startShell } from './shell/start';

startShell(app);
