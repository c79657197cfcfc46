/** `npm run package [-- --dir]`: an installable package for this platform in `dist/`; further arguments go to electron-builder. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { environment, findNode, root } from './lib/paths.mjs';

ensureBuilt({ log: (line) => process.stdout.write(`${line}\n`) });
const result = spawnSync(findNode(), [join(root, 'node_modules', 'electron-builder', 'out', 'cli', 'cli.js'), '--config', 'electron-builder.config.mjs', '--publish', 'never', ...process.argv.slice(2)], { cwd: root, env: environment(), stdio: 'inherit' });
process.exit(result.status ?? 1);
