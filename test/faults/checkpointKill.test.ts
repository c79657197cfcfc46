/** faults 1, 2 and 4: a training process that is killed at any moment, or whose disk is full, loses nothing but time. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorInfo } from '../../src/shared/errors';
import { latestState, listStates } from '../../src/main/engine/checkpoint/state';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import type { ChildTask } from './checkpointChild';
import { type ChildResult, buildChild, runChild } from './checkpointProcess';

let dir: string;
let removeBundle: () => Promise<void>;
let serial = 0;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kill-'));
  removeBundle = await buildChild();
});
afterAll(async () => {
  await removeBundle();
  await rm(dir, { recursive: true });
});

const taskOn = (backend: ChildTask['backend'], over: Partial<ChildTask> = {}): ChildTask => ({ backend, stateDir: join(dir, String(serial++)), steps: 24, checkpointEvery: 3, ...over });

function assertDone(result: ChildResult): void {
  expect(result.lines.at(-1), `${result.lines.join('\n')}\n${result.stderr}`).toMatch(/^done /);
}

/** What was printed for a step must be the same in every attempt and in the run that was left alone. */
function assertSameLosses(attempts: ChildResult[], whole: ChildResult): void {
  const seen = new Set<number>();
  for (const { losses } of attempts) {
    for (const [step, loss] of losses) {
      expect(`${step}: ${loss}`).toBe(`${step}: ${whole.losses.get(step)}`);
      seen.add(step);
    }
  }
  expect(seen.size).toBe(whole.losses.size);
  expect(attempts.at(-1)?.lines.at(-1)).toBe(whole.lines.at(-1));
}

describe.each(['onnxruntime', 'tfjs-cpu'] as const)('a killed training on %s', (backend) => {
  it('repeats the uninterrupted losses bit for bit, wherever it was killed', async () => {
    const whole = await runChild(taskOn(backend));
    assertDone(whole);
    const task = taskOn(backend);
    const attempts: ChildResult[] = [];
    const delays = counterRandom(4, STREAMS.metrics, backend.length).integers(5, 60);
    for (const ms of delays) {
      const attempt = await runChild(task, { killAfter: { line: (line) => line.startsWith('start') || /^\d/.test(line), ms } });
      attempts.push(attempt);
      if (attempt.signal === null) break;
    }
    expect(attempts.some(({ signal }) => signal === 'SIGKILL')).toBe(true);
    attempts.push(await runChild(task));
    assertDone(attempts.at(-1)!);
    assertSameLosses(attempts, whole);
  });
});

describe('a process killed inside the write of a state', () => {
  let whole: ChildResult;
  beforeAll(async () => void (whole = await runChild(taskOn('onnxruntime'))));

  it.each([
    ['state:before-write#2', 3],
    ['state:mid-write#2', 3],
    ['state:before-rename#2', 3],
    ['state:after-rename#2', 6],
    ['state:mid-write#1', null],
  ])('at %s leaves step %s to go on from', async (crashAt, step) => {
    const task = taskOn('onnxruntime');
    const killed = await runChild(task, { crashAt });
    expect(killed.signal).toBe('SIGKILL');
    const leftovers = (await readdir(task.stateDir)).filter((name) => name.endsWith('.tmp'));
    expect(leftovers).toHaveLength(/mid-write|before-rename/.test(crashAt) ? 1 : 0);
    expect((await latestState(task.stateDir))?.summary.step ?? null).toBe(step);
    expect((await readdir(task.stateDir)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const resumed = await runChild(task);
    expect(resumed.lines[0]).toBe(`start ${step ?? 0}`);
    assertDone(resumed);
    assertSameLosses([killed, resumed], whole);
  });
});

/** A small file system of our own needs a mount namespace, which some machines do not allow. */
const canMount = (() => {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!canMount)('a full disk (needs the right to mount)', () => {
  const onSmallDisk = async (states: number, hog: string) => {
    const one = taskOn('onnxruntime', { steps: 1 });
    await runChild(one);
    const [{ bytes }] = await listStates(one.stateDir);
    const [disk, copy] = [join(dir, `disk-${states}`), join(dir, `copy-${states}`)];
    await mkdir(disk);
    const script = `size=$1; disk=$2; copy=$3; shift 3; mount -t tmpfs -o size=$size none "$disk" || exit 9; mkdir "$disk/state"; ${hog} "$@"; code=$?; kill $! 2>/dev/null; cp -r "$disk/state" "$copy"; exit $code`;
    // Far more steps than it takes to fill the disk, however slow that is.
    const result = await runChild({ ...one, steps: 50_000, stateDir: join(disk, 'state') }, { wrapper: ['unshare', '-rm', 'sh', '-c', script, 'sh', String(Math.ceil(bytes * states)), disk, copy] });
    const line = result.lines.find((text) => text.startsWith('error '));
    expect(line, `${result.lines.slice(-3).join('\n')}\n${result.stderr}`).toBeDefined();
    return { error: JSON.parse(line!.slice('error '.length)) as ErrorInfo, result, copy };
  };

  it('that fills up during training stops it with no-space and keeps the state before', async () => {
    // Filled once a first state stands there whole, and again whenever an older state makes room: what is freed just after the
    // disk was filled would be enough for every state to come.
    const { error, result, copy } = await onSmallDisk(6, '(until ls "$disk/state" | grep -qv tmp; do sleep 0.05; done; while sleep 0.01; do cat /dev/zero >> "$disk/hog" 2>/dev/null; done) &');
    expect(error).toMatchObject({ code: 'no-space', message: expect.stringContaining('disk is full') });
    const lastState = Number(result.lines.findLast((line) => line.startsWith('state '))!.slice('state '.length));
    expect((await latestState(copy))?.summary.step).toBe(lastState);
    expect(result.losses.size).toBe(lastState + 3);
    expect((await readdir(copy)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('that is too small from the start is refused before anything runs', async () => {
    const { error, result, copy } = await onSmallDisk(2, '');
    expect(error).toMatchObject({ code: 'no-space', message: expect.stringMatching(/need .* MB, but only .* MB are free/) });
    expect(result.losses.size).toBe(0);
    expect(await readdir(copy)).toEqual([]);
  });
});
