/** faults 1, 2 and 4: a training process that is killed at any moment, or whose disk is full, loses nothing but time. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
  it('stops with no-space and keeps the state before', async () => {
    const task = taskOn('onnxruntime');
    const [disk, copy] = [join(dir, 'disk'), join(dir, 'copy')];
    await mkdir(disk);
    const other = taskOn('onnxruntime', { steps: 1 });
    await runChild(other);
    const [{ bytes }] = await listStates(other.stateDir);
    // Room for one state of this model and a half.
    const inside = 'size=$1; disk=$2; copy=$3; shift 3; mount -t tmpfs -o size=$size none "$disk" || exit 9; "$@"; code=$?; cp -r "$disk/state" "$copy"; exit $code';
    const result = await runChild({ ...task, stateDir: join(disk, 'state') }, { wrapper: ['unshare', '-rm', 'sh', '-c', inside, 'sh', String(Math.ceil(bytes * 1.5)), disk, copy] });
    const error = JSON.parse(result.lines.find((line) => line.startsWith('error '))!.slice(6)) as { code: string };
    expect(error.code).toBe('no-space');
    expect(await readdir(copy)).toEqual(['state-000000003.safetensors']);
    expect((await latestState(copy))?.summary.step).toBe(3);
  });
});
