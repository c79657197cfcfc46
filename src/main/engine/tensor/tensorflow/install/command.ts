/** Other programs (pip, npm, the compiler), run so that a cancel ends them with everything they started. */
import { spawn } from 'node:child_process';
import { AppError } from '../../../../../shared/errors';

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  signal?: AbortSignal;
  onOutput?(text: string): void;
  /** Milliseconds without any output after which it is given up. */
  silence?: number;
}

export interface CommandResult {
  /** null when the program was ended by a signal. */
  code: number | null;
  /** The end of what it said, both streams. */
  output: string;
}

const KEPT = 8000;

/** Runs `program` to its end. null when there is no such program. Rejects with `cancelled` when `signal` fires. */
export function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult | null> {
  const { signal } = options;
  if (signal?.aborted) return Promise.reject(new AppError('cancelled', 'Cancelled.'));
  return new Promise((resolve, reject) => {
    // A group of its own (no shell in between): what it starts can be ended together with it.
    const group = process.platform !== 'win32';
    const child = spawn(program, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], detached: group, windowsHide: true });
    let output = '';
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      if (!group) child.kill('SIGKILL');
      else
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch (error) {
          // It ended in this very moment.
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
        }
    };
    const heard = (): void => {
      clearTimeout(timer);
      if (options.silence) timer = setTimeout(end, options.silence);
    };
    const keep = (chunk: Buffer): void => {
      heard();
      const text = chunk.toString();
      output = (output + text).slice(-KEPT);
      options.onOutput?.(text);
    };
    heard();
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    signal?.addEventListener('abort', end, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      settle();
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve(null);
      else reject(error);
    });
    child.on('close', (code) => {
      settle();
      if (signal?.aborted) reject(new AppError('cancelled', 'Cancelled.'));
      else resolve({ code, output: output.trim() });
    });
  });
}

/** The line of a program's output that says most about its failure. */
export function lastError(output: string): string {
  // Stacks of programs that run in Node tell where, not what.
  const lines = output.split('\n').map((line) => line.trim()).filter((line) => line && !line.startsWith('at '));
  const named = lines.findLast((line) => /^\w*error:/i.test(line)) ?? lines.findLast((line) => /error|failed|not found|refused|denied/i.test(line));
  return named ?? lines.at(-1) ?? 'It said nothing.';
}
