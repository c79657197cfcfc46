import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastError, runCommand } from './command';

test('gives the exit code and both streams, or null for a program that is not there', async () => {
  expect(await runCommand(process.execPath, ['-e', 'console.log("out"); console.error("err"); process.exit(3)'])).toEqual({ code: 3, output: expect.stringMatching(/out[^]*err|err[^]*out/) });
  expect(await runCommand('no-such-program-anywhere', [])).toBeNull();
});

test.skipIf(process.platform === 'win32')('a cancel ends the program and what it started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'command-'));
  const file = join(folder, 'pid');
  const abort = new AbortController();
  const child = `require('fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); console.log('up'); setInterval(() => {}, 1000)`;
  const parent = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' })`;
  const running = runCommand(process.execPath, ['-e', parent], { signal: abort.signal, onOutput: () => abort.abort() });
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  const pid = Number(readFileSync(file, 'utf8'));
  await expect.poll(() => alive(pid)).toBe(false);
  await expect(runCommand(process.execPath, ['-e', ''], { signal: abort.signal })).rejects.toMatchObject({ code: 'cancelled' });
  rmSync(folder, { recursive: true });
});

test('a program that falls silent is given up', async () => {
  expect(await runCommand(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { silence: 50 })).toMatchObject({ code: null });
});

test('the line that tells most is picked out', () => {
  expect(lastError('Collecting x\nERROR: No matching distribution found for x\nhint: try y')).toBe('ERROR: No matching distribution found for x');
  expect(lastError("events:505\n  throw er; // Unhandled 'error' event\nError: getaddrinfo ENOTFOUND\n    at emitErrorNT (node:x)\n  code: 'ENOTFOUND'")).toBe('Error: getaddrinfo ENOTFOUND');
  expect(lastError('a\nb\n')).toBe('b');
});

/** A killed process whose parent is gone too may stay as a zombie for as long as nobody collects it. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
