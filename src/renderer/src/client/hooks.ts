/** Requests as React hooks: `useCall` reads, `useAction` does, `useTask` does what takes a while, `useLive` follows. */
import { keepPreviousData, useMutation, type UseMutationResult, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { AppError } from '@shared/errors';
import type { Method, ParamsIn, Result, SequencedEvent, Task } from '@shared/protocol';
import { useConnection } from './context';
import { liveStore, type Meter, type Progress } from './live';

interface CallOptions {
  enabled?: boolean;
  /** Show the last answer while one with other parameters is on its way, so that nothing jumps. */
  keep?: boolean;
}

/** Reads from the host; the answer stays until an event makes it stale. */
export function useCall<M extends Method>(method: M, params: ParamsIn<M>, { enabled = true, keep = false }: CallOptions = {}): UseQueryResult<Result<M>, AppError> {
  const connection = useConnection();
  return useQuery<Result<M>, AppError>({
    queryKey: [method, params],
    queryFn: () => connection.call(method, params),
    enabled,
    placeholderData: keep ? (keepPreviousData as never) : undefined,
  });
}

/** Asks the host to do something. The caller shows `error`; results arrive in lists through events. */
export function useAction<M extends Method>(method: M): UseMutationResult<Result<M>, AppError, ParamsIn<M>> {
  const connection = useConnection();
  return useMutation<Result<M>, AppError, ParamsIn<M>>({ mutationFn: (params) => connection.call(method, params) });
}

type TaskMethod = { [M in Method]: ParamsIn<M> extends { taskId?: string } ? ('taskId' extends keyof ParamsIn<M> ? M : never) : never }[Method];

/** As `useAction` for a request that starts a task, which can be followed and cancelled as `task`. A cancelled one is no error. */
export function useTask<M extends TaskMethod>(method: M): Omit<UseMutationResult<Result<M>, AppError, ParamsIn<M>>, 'error'> & { error: AppError | null; task: Task | undefined } {
  const connection = useConnection();
  const [taskId, setTaskId] = useState('');
  const action = useMutation<Result<M>, AppError, ParamsIn<M>>({
    mutationFn: (params) => {
      const own = `task-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
      setTaskId(own);
      return connection.call(method, { ...params, taskId: own });
    },
  });
  const task = useStore(liveStore, (s) => s.tasks[taskId]);
  return { ...action, error: action.error?.code === 'cancelled' ? null : action.error, task };
}

/** Calls back with every event; the latest `listener` is used without subscribing anew. */
export function useHostEvents(listener: (event: SequencedEvent) => void): void {
  const connection = useConnection();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => connection.onEvent((event) => latest.current(event)), [connection]);
}

/** Progress of a running job; undefined while nothing is known or nothing runs. */
export function useProgress(runId: string | undefined): Progress | undefined {
  return useStore(liveStore, (s) => (runId ? s.progress[runId] : undefined));
}

const NO_METERS: Meter[] = [];
export function useMeters(runId: string | undefined): Meter[] {
  return useStore(liveStore, (s) => (runId ? (s.meters[runId] ?? NO_METERS) : NO_METERS));
}

export function useTasks() {
  return useStore(liveStore, (s) => s.tasks);
}
