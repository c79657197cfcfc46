/** Builds `checkpointChild.ts` once and runs it, so that a test can kill it. */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { ChildTask } from './checkpointChild';

const root = join(import.meta.dirname, '../..');
// Inside node_modules, so that the native packages left out of the bundle are found.
const bundle = join(root, 'node_modules/.cache/fine-tests', `checkpoint-child-${process.pid}.mjs`);

export async function buildChild(): Promise<() => Promise<void>> {
  await build({
    entryPoints: [join(import.meta.dirname, 'checkpointChild.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node', 'koffi', '@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node', 'sharp'],
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return () => rm(bundle, { force: true });
}

export interface ChildResult {
  /** Loss by step, as printed. */
  losses: Map<number, string>;
  lines: string[];
  signal: NodeJS.Signals | null;
  code: number | null;
  stderr: string;
}

export interface ChildOptions {
  crashAt?: string;
  /** Kills the process, hard, this many milliseconds after its first line that passes. */
  killAfter?: { line: (line: string) => boolean; ms: number };
  /** A command that runs the node command line given after it. */
  wrapper?: string[];
}

export function runChild(task: ChildTask, { crashAt, killAfter, wrapper = [] }: ChildOptions = {}): Promise<ChildResult> {
  return new Promise((resolve, reject) => {
    const [command, ...args] = [...wrapper, process.execPath, bundle, JSON.stringify(task)];
    const child = spawn(command, args, { env: { ...process.env, CRASH_AT: crashAt ?? '' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let armed = false;
    child.stdout.on('data', (text: Buffer) => {
      stdout += text;
      if (killAfter && !armed && stdout.split('\n').slice(0, -1).some(killAfter.line)) {
        armed = true;
        setTimeout(() => child.kill('SIGKILL'), killAfter.ms);
      }
    });
    child.stderr.on('data', (text: Buffer) => void (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // A line without its end was cut off by the kill.
      const lines = stdout.split('\n').slice(0, -1);
      const losses = new Map(lines.flatMap((line) => { const match = /^(\d+) (\S+)$/.exec(line); return match ? [[Number(match[1]), match[2]] as const] : []; }));
      resolve({ losses, lines, signal, code, stderr });
    });
  });
}
