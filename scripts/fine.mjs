#!/usr/bin/env node
/** The command line from a checkout: builds when sources changed, then runs `out/main/cli.js` on a Node that is new enough. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { environment, findNode, outDir } from './lib/paths.mjs';

try {
  ensureBuilt({ log: (line) => process.stderr.write(`${line}\n`) });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

const child = spawn(findNode(), ['--enable-source-maps', join(outDir, 'main', 'cli.js'), ...process.argv.slice(2)], { stdio: 'inherit', env: environment() });
// A terminal sends Ctrl+C to both; a signal sent to this process alone is passed on. The child decides when to end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal ? 1 : 0);
});
