/** Waits for runs and tasks, with their progress shown. */
import type { Run } from '../../../shared/entities';
import type { SequencedEvent, ServiceClient, Task } from '../../../shared/protocol';
import { newId } from '../../catalog';
import { runError } from '../run-session';
import { Progress, type Meter } from './progress';
import type { Session } from './session';

/** A worker that crashed natively is started again within this time. */
const RESTART_PATIENCE_MS = 2000;
const OPEN = ['queued', 'running'];

/**
 * Follows `runs` to their ends, in order. Throws the error of the first that does not complete; with `all`, only of one that was
 * stopped and could go on, and others fail alone.
 */
export async function followRuns({ client, ownRuns }: Session, runs: readonly Run[], { all = false } = {}): Promise<Run[]> {
  for (const run of runs) ownRuns.add(run.id);
  const progress = new Progress();
  const meters = new Map(runs.map((run) => [run.id, progress.meter(run.name, run.steps)]));
  const stop = client.onEvent((event) => showRun(meters, event));
  try {
    const ended: Run[] = [];
    for (const { id } of runs) {
      const run = await runEnd(client, id);
      meters.get(id)!.end(run.status);
      if (run.status !== 'completed' && (!all || ['paused', 'interrupted'].includes(run.status))) throw runError(run);
      ownRuns.delete(id);
      ended.push(run);
    }
    return ended;
  } finally {
    stop();
    progress.stop();
  }
}

const losses = new Map<string, number>();

/** Of the rows that have one: a row may hold other metrics only. */
export function lastLoss(rows: Extract<SequencedEvent, { type: 'run.metrics' }>['rows']): number | undefined {
  return rows.findLast((row) => row.values.loss != null)?.values.loss ?? undefined;
}

function showRun(meters: Map<string, Meter>, event: SequencedEvent): void {
  if (event.type === 'run.metrics') {
    const loss = lastLoss(event.rows);
    if (loss !== undefined) losses.set(event.runId, loss);
  } else if (event.type === 'run.progress') {
    meters.get(event.runId)?.update(event.step, { loss: losses.get(event.runId), etaMs: event.etaMs, phase: event.phase === 'training' ? undefined : event.phase });
  }
}

/** The run once it is neither queued, running nor about to be started again. */
export async function runEnd(client: ServiceClient, id: string): Promise<Run> {
  for (;;) {
    let run = await untilEnded(client, id);
    if (run.status === 'interrupted') {
      await new Promise((resolve) => setTimeout(resolve, RESTART_PATIENCE_MS));
      run = await client.call('runs.get', { id });
    }
    if (!OPEN.includes(run.status)) return run;
  }
}

function untilEnded(client: ServiceClient, id: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const settle = (run: Run) => {
      if (OPEN.includes(run.status)) return;
      stop();
      resolve(run);
    };
    const stop = client.onEvent((event) => {
      if (event.type === 'run' && event.run.id === id) settle(event.run);
    });
    client.call('runs.get', { id }).then(settle, (error: unknown) => {
      stop();
      reject(error as Error);
    });
  });
}

/**
 * Shows the tasks that go on while `work` does. `work` names its own task by the id that it is given, so that Ctrl+C cancels that
 * task and no other, whoever else uses the same service.
 */
export async function withTasks<T>({ client, ownTasks }: Session, work: (taskId: string) => Promise<T>): Promise<T> {
  const progress = new Progress();
  const own = newId('task');
  ownTasks.add(own);
  const meters = new Map<string, Meter>();
  const show = (task: Task) => {
    let meter = meters.get(task.taskId);
    if (!meter) meters.set(task.taskId, (meter = progress.meter(task.label, 100)));
    if (task.status === 'running') meter.update(Math.round(100 * (task.fraction ?? 0)), { etaMs: task.etaMs, phase: task.phase });
    else meter.end(task.status);
  };
  const stop = client.onEvent((event) => {
    if (event.type === 'task') show(event.task);
  });
  try {
    return await work(own);
  } finally {
    ownTasks.delete(own);
    stop();
    progress.stop();
  }
}
