/** What changes many times a second and belongs to no stored row: progress, meters, tasks. Updated on the beat of `frame.ts`. */
import type { HostEvent, SequencedEvent, Task } from '@shared/protocol';
import { createStore } from 'zustand/vanilla';
import type { Connection } from './connection';
import { frameBatch } from './frame';

export type Progress = Extract<HostEvent, { type: 'run.progress' }>;
export interface Meter {
  at: number;
  /** Of all cores, 0..1. */
  cpu: number;
  rss: number;
  gpu: number | null;
}

interface Live {
  progress: Record<string, Progress>;
  meters: Record<string, Meter[]>;
  /** At work or waiting. */
  tasks: Record<string, Task>;
}

const KEEP_METERS = 120;

export const liveStore = createStore<Live>(() => ({ progress: {}, meters: {}, tasks: {} }));

function reduce(state: Live, event: SequencedEvent): Live {
  switch (event.type) {
    case 'run.progress':
      return { ...state, progress: { ...state.progress, [event.runId]: event } };
    case 'run.meters': {
      const before = state.meters[event.runId] ?? [];
      const entry = { at: Date.now(), cpu: event.cpu, rss: event.rss, gpu: event.gpu };
      return { ...state, meters: { ...state.meters, [event.runId]: [...before.slice(-KEEP_METERS + 1), entry] } };
    }
    case 'task': {
      const { [event.task.taskId]: _before, ...others } = state.tasks;
      return { ...state, tasks: event.task.status === 'running' ? { ...others, [event.task.taskId]: event.task } : others };
    }
    case 'run': {
      if (event.run.status === 'running' || !state.progress[event.run.id]) return state;
      const { [event.run.id]: _ended, ...progress } = state.progress;
      return { ...state, progress };
    }
    default:
      return state;
  }
}

/** Feeds `liveStore` until the returned function is called. */
export function followLive(connection: Connection): () => void {
  const batch = frameBatch<SequencedEvent>((events) => liveStore.setState((state) => events.reduce(reduce, state)));
  const stop = connection.onEvent((event) => {
    if (event.type === 'run.progress' || event.type === 'run.meters' || event.type === 'task' || event.type === 'run') batch.add(event);
  });
  // A task may have begun before this window was opened, and end while the connection is lost.
  const learnTasks = () => connection.call('tasks.list', {}).then(
    (tasks) => liveStore.setState({ tasks: Object.fromEntries(tasks.map((task) => [task.taskId, task])) }),
    // Without a connection nothing is known; the next one asks again.
    () => {},
  );
  const stopGap = connection.onGap(() => void learnTasks());
  void learnTasks();
  return () => {
    stop();
    stopGap();
    batch.stop();
  };
}
