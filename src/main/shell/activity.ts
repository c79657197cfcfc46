/** What is at work, as the shell must know it: for the taskbar, for keeping the machine awake, for what closing means. */
import type { Run } from '../../shared/entities';
import type { ErrorInfo } from '../../shared/errors';
import type { HostEvent } from '../../shared/protocol';

const AT_WORK = new Set<Run['status']>(['queued', 'running']);
const ENDED = new Set<Run['status']>(['completed', 'failed', 'interrupted']);

export interface RunEnd {
  run: Run;
  title: string;
  body: string;
}

export class Activity {
  private readonly runs = new Map<string, { run: Run; fraction: number }>();

  get busy(): boolean {
    return this.runs.size > 0;
  }

  get active(): Run[] {
    return [...this.runs.values()].map((entry) => entry.run);
  }

  /** Of the run that is furthest; null when nothing is at work. */
  get fraction(): number | null {
    return this.busy ? Math.max(...[...this.runs.values()].map((entry) => entry.fraction)) : null;
  }

  /** Starts over from the host's list, as after its restart. */
  reset(runs: Run[]): void {
    this.runs.clear();
    for (const run of runs) if (AT_WORK.has(run.status)) this.runs.set(run.id, { run, fraction: 0 });
  }

  /** Takes one event; gives what a notification says when a run that was at work has ended. */
  take(event: HostEvent): RunEnd | null {
    if (event.type === 'run.progress') {
      const entry = this.runs.get(event.runId);
      if (entry && event.steps > 0) entry.fraction = Math.min(1, event.step / event.steps);
      return null;
    }
    if (event.type !== 'run') return null;
    const { run } = event;
    const before = this.runs.get(run.id);
    if (AT_WORK.has(run.status)) {
      this.runs.set(run.id, { run, fraction: before?.fraction ?? 0 });
      return null;
    }
    this.runs.delete(run.id);
    return before && ENDED.has(run.status) ? describeEnd(run) : null;
  }
}

function describeEnd(run: Run): RunEnd {
  if (run.status === 'completed') return { run, title: `${run.name} is finished`, body: 'Its checkpoint is ready to sample, extract from or export.' };
  if (run.status === 'failed') return { run, title: `${run.name} has failed`, body: (run.error as ErrorInfo | null)?.message ?? 'The run page says why.' };
  return { run, title: `${run.name} was interrupted`, body: 'It can be resumed from its last saved state.' };
}
