/** Runs several child processes in turn, one step each per round, so that a drift of the machine's speed hits all of them alike. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Contestant {
  label: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
}

export interface Outcome {
  label: string;
  /** What the child said of itself when it was ready. */
  facts: Record<string, unknown>;
  /** Milliseconds of each counted round. */
  ms: number[];
  peakMB: number;
  /** Set when the child failed; then there are no figures. */
  failure?: string;
}

const WARM_UP_ROUNDS = 3;

class Child {
  private readonly process: ChildProcess;
  private readonly lines: string[] = [];
  private waiting: ((line: string | null) => void) | null = null;
  private ended = false;
  errors = '';

  constructor(contestant: Contestant) {
    this.process = spawn(contestant.command, contestant.args, { env: { ...process.env, ...contestant.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.process.stderr!.on('data', (chunk) => (this.errors += chunk));
    this.process.on('error', (error) => { this.errors += error.message; this.finish(); });
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      if (!/^(READY |\{)/.test(line)) return;
      if (this.waiting) this.settle(line);
      else this.lines.push(line);
    }).on('close', () => this.finish());
  }

  next(): Promise<string | null> {
    if (this.lines.length > 0) return Promise.resolve(this.lines.shift()!);
    if (this.ended) return Promise.resolve(null);
    return new Promise((resolve) => (this.waiting = resolve));
  }

  say(line: string): void {
    if (!this.ended) this.process.stdin!.write(`${line}\n`);
  }

  kill(): void {
    this.process.kill();
  }

  private settle(line: string | null): void {
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.(line);
  }

  private finish(): void {
    this.ended = true;
    this.settle(null);
  }
}

/** All contestants over `rounds` counted rounds, in the order given. */
export async function lockstep(contestants: Contestant[], rounds: number): Promise<Outcome[]> {
  const entries: { child: Child; outcome: Outcome }[] = [];
  for (const contestant of contestants) {
    const child = new Child(contestant);
    const outcome: Outcome = { label: contestant.label, facts: {}, ms: [], peakMB: Number.NaN };
    const ready = await child.next();
    if (ready === null) outcome.failure = child.errors.trim().split('\n').at(-1) || 'ended before it was ready';
    else outcome.facts = JSON.parse(ready.slice('READY '.length));
    entries.push({ child, outcome });
  }
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const { child, outcome } of entries) {
      if (outcome.failure) continue;
      child.say('go');
      const line = await child.next();
      if (line === null) outcome.failure = child.errors.trim().split('\n').at(-1) || 'ended early';
      else if (round >= 0) outcome.ms.push((JSON.parse(line) as { ms: number }).ms);
    }
  }
  for (const { child, outcome } of entries) {
    if (!outcome.failure) {
      child.say('end');
      const line = await child.next();
      if (line) outcome.peakMB = (JSON.parse(line) as { peakMB: number }).peakMB;
    }
    child.kill();
  }
  return entries.map(({ outcome }) => outcome);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios round by round, with the quartiles as the spread. */
export function ratio(ours: Outcome, theirs: Outcome): { median: number; low: number; high: number } {
  const ratios = ours.ms.map((ms, i) => ms / theirs.ms[i]).sort((a, b) => a - b);
  const at = (q: number): number => ratios[Math.min(ratios.length - 1, Math.floor(q * ratios.length))];
  return { median: median(ratios), low: at(0.25), high: at(0.75) };
}
