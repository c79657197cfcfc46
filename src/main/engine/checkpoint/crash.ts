/** Sudden death at a chosen point, for tests of what survives it. */

/**
 * Kills this process, as a power cut would, when the environment variable CRASH_AT names this stage: `state:mid-write`, or
 * `state:mid-write#3` for the third time that the stage is passed.
 */
export function crashPoint(stage: string): void {
  const wanted = process.env.CRASH_AT;
  if (!wanted?.startsWith(stage)) return;
  const [name, count = '1'] = wanted.split('#');
  if (name !== stage) return;
  passed++;
  if (passed === Number(count)) process.kill(process.pid, 'SIGKILL');
}

let passed = 0;
