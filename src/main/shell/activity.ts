/** What is at work, as the shell must know it: for the taskbar, for keeping the machine awake, for what closing means. */
import type { Run } from '../../shared/entities';
import type { ErrorInfo } from '../../shared/errors';
import type { DemoState, HostEvent, Task } from '../../shared/protocol';

const AT_WORK = new Set<Run['status']>(['queued', 'running']);
const ENDED = new Set<Run['status']>(['completed', 'failed', 'interrupted']);

export interface RunEnd {
  run: Run;
  title: string;
  body: string;
}

export class Activity {
  private readonly runs = new Map<string, { run: Run; fraction: number }>();
  private readonly tasks = new Map<string, Task>();
  /** Between its runs the demo has none at work, and is at work all the same. */
  private demo: DemoState | null = null;

  get busy(): boolean {
    return this.names.length > 0;
  }

  /** What a person calls it, one name for each thing at work or waiting. */
  get names(): string[] {
    const names = [...[...this.runs.values()].map(({ run }) => run.name), ...[...this.tasks.values()].map((task) => task.label)];
    return names.length === 0 && this.demo ? ['The demo'] : names;
  }

  /** Of what is furthest, 0 to 1; null when nothing is at work. */
  get fraction(): number | null {
    if (!this.busy) return null;
    if (this.demo) return this.demo.fraction;
    return Math.max(...[...this.runs.values(), ...this.tasks.values()].map(({ fraction }) => fraction ?? 0));
  }

  /** Starts over from the host's lists, as after its restart. */
  reset(runs: Run[], tasks: Task[], demo: DemoState | null): void {
    this.runs.clear();
    this.tasks.clear();
    for (const run of runs) if (AT_WORK.has(run.status)) this.runs.set(run.id, { run, fraction: 0 });
    for (const task of tasks) this.take({ type: 'task', task });
    this.demo = demo?.status === 'running' ? demo : null;
  }

  /** Takes one event; gives what a notification says when a run that was at work has ended. */
  take(event: HostEvent): RunEnd | null {
    if (event.type === 'run.progress') {
      const entry = this.runs.get(event.runId);
      if (entry && event.steps > 0) entry.fraction = Math.min(1, event.step / event.steps);
    }
    if (event.type === 'task') {
      if (event.task.status === 'running') this.tasks.set(event.task.taskId, event.task);
      else this.tasks.delete(event.task.taskId);
    }
    if (event.type === 'demo') this.demo = event.demo.status === 'running' ? event.demo : null;
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
