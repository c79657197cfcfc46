/** The whole way with stand-ins for the programs outside: a python3 that brings a small wheel, a g++ that writes what it was asked for. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bindingIn, installationIn } from '../place';
import { installTensorflow, TENSORFLOW_VERSION, type InstallOptions } from './install';
import { zipOf } from './testing';

const LINUX = process.platform === 'linux' && process.arch === 'x64';
let root: string;
let bin: string;

/** A program for the shell's path that runs in Node; `body` sees its arguments as `args`. */
function program(name: string, body: string): void {
  const file = join(bin, name);
  writeFileSync(file, `#!${process.execPath}\nconst fs = require('node:fs'); const path = require('node:path'); const args = process.argv.slice(2);\n${body}\n`);
  chmodSync(file, 0o755);
}

const PIP = "if (args[2] === '--version') { console.log('pip 99'); process.exit(0); }\n";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-'));
  bin = join(root, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(root, 'wheel'),
    zipOf({
      'tensorflow/libtensorflow_cc.so.2': { text: 'cc' },
      'tensorflow/libtensorflow_framework.so.2': { text: 'framework' },
      'tensorflow/include/tensorflow/c/c_api.h': { text: 'header' },
      'tensorflow/python/other.so': { text: 'not wanted' },
    }),
  );
  program('python3', `${PIP}fs.copyFileSync(${JSON.stringify(join(root, 'wheel'))}, path.join(args[args.indexOf('--dest') + 1], 'tensorflow_cpu-2.whl')); fs.writeFileSync(${JSON.stringify(join(root, 'pip.json'))}, JSON.stringify(args));`);
  program('g++', `if (args[0] === '--version') process.exit(0);\nfs.writeFileSync(args[args.indexOf('-o') + 1], 'binding'); fs.writeFileSync(${JSON.stringify(join(root, 'gcc.json'))}, JSON.stringify({ args, header: fs.existsSync(path.join(args.find((a) => a.startsWith('-I')).slice(2), 'tensorflow/c/c_api.h')) }));`);
  program('npm', "if (args[0] === '--version') process.exit(0);\nfs.mkdirSync(path.join(args[args.indexOf('--prefix') + 1], 'node_modules/node-api-headers/include'), { recursive: true });");
  vi.stubEnv('PATH', bin);
  vi.stubEnv('CXX', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function options(more: Partial<InstallOptions> = {}): InstallOptions {
  return { folder: join(root, 'home', 'backends', 'tensorflow'), stage: join(root, 'home', 'tmp', 'stage'), cuda: false, build: true, report: () => {}, ...more };
}

describe.skipIf(!LINUX)('installing from a wheel', () => {
  test('puts libraries and binding in their places and says what it did', async () => {
    const phases: string[] = [];
    const { folder, stage } = options();
    const installed = await installTensorflow(options({ report: (phase) => phases.push(phase) }));
    expect(installed).toEqual({ tensorflow: TENSORFLOW_VERSION, cuda: false, source: 'wheel', notes: [] });
    expect(installationIn(folder)).toEqual({ tensorflow: TENSORFLOW_VERSION, cuda: false, source: 'wheel' });
    expect(readFileSync(bindingIn(folder)!, 'utf8')).toBe('binding');
    expect(readdirSync(join(folder, 'deps', 'lib')).sort()).toEqual(['libtensorflow.so', 'libtensorflow_cc.so.2', 'libtensorflow_framework.so', 'libtensorflow_framework.so.2']);
    expect(readlinkSync(join(folder, 'deps', 'lib', 'libtensorflow.so'))).toBe('libtensorflow_cc.so.2');
    expect(phases).toEqual(expect.arrayContaining(['checking what is needed', 'unpacking', 'compiling the binding']));
    expect(existsSync(stage)).toBe(false);
    const pip = JSON.parse(readFileSync(join(root, 'pip.json'), 'utf8')) as string[];
    expect(pip).toContain(`tensorflow-cpu==${TENSORFLOW_VERSION}`);
    // Which index is asked is for pip's own configuration to say.
    expect(pip.join(' ')).not.toMatch(/:\/\/|index/);
    expect(JSON.parse(readFileSync(join(root, 'gcc.json'), 'utf8'))).toMatchObject({ header: true });
  });

  test('where the package’s own installer fails, says so in one line and goes on', async () => {
    // Its first connection goes to a port that nobody listens on.
    vi.stubEnv('TFJS_NODE_BASE_URI', 'http://127.0.0.1:1/');
    vi.stubEnv('PATH', [bin, dirname(process.execPath)].join(delimiter));
    const { notes, source } = await installTensorflow(options({ build: false }));
    expect(source).toBe('wheel');
    expect(notes).toEqual([expect.stringMatching(/own installer did not work \(.*ECONNREFUSED.*\)/)]);
  });

  test.each([
    ['pip', () => program('python3', `${PIP}console.error('ERROR: No matching distribution found for tensorflow-cpu'); process.exit(1);`), /could not download/, 'ERROR: No matching distribution found for tensorflow-cpu'],
    ['the compiler', () => program('g++', "if (args[0] === '--version') process.exit(0);\nconsole.error('x.cc:1: fatal error: no such file'); process.exit(1);"), /could not be compiled/, 'x.cc:1: fatal error: no such file'],
  ])('a failure of %s is told with its own words and leaves nothing behind', async (_name, spoil, message, cause) => {
    spoil();
    const { folder, stage } = options();
    await expect(installTensorflow(options())).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(message), why: cause, hint: expect.any(String) });
    expect([existsSync(folder), existsSync(stage)]).toEqual([false, false]);
  });

  test('a cancel stops the download and leaves nothing behind', async () => {
    program('python3', `${PIP}console.log('Downloading x-1.whl (3 MB)'); setInterval(() => {}, 1000);`);
    const abort = new AbortController();
    const { folder, stage } = options();
    const report = (phase: string) => {
      if (phase === 'downloading TensorFlow') abort.abort();
    };
    await expect(installTensorflow(options({ signal: abort.signal, report }))).rejects.toMatchObject({ code: 'cancelled' });
    expect([existsSync(folder), existsSync(stage)]).toEqual([false, false]);
  });

  test('a wheel of something else is refused', async () => {
    writeFileSync(join(root, 'wheel'), zipOf({ 'other/x.py': { text: '' } }));
    await expect(installTensorflow(options())).rejects.toMatchObject({ code: 'format' });
  });
});
