/** What one can do with a run now: for its buttons, the palette and the shortcuts alike. */
import { IconCopy, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconStar, IconStarFilled, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { Run } from '@shared/entities';
import type { AppError } from '@shared/errors';
import { type Action, useActions } from '../../app/actions/registry';
import { useConnection } from '../../client/context';
import { useAction } from '../../client/hooks';
import { showUndo } from '../../components/undo';

export interface RunDoing {
  actions: Action[];
  resume(): void;
  pending: 'pause' | 'resume' | 'cancel' | null;
  error: AppError | null;
  clearError(): void;
}

const isActive = (run: Run) => run.status === 'running' || run.status === 'queued';

/** The wizard that begins with this run's configuration; of a comparison all of it. A source of comparisons has none: they train it themselves. */
function copyOf(run: Run): { label: string; to: string; from: string } | null {
  const label = 'Copy as a new run';
  switch (run.kind) {
    case 'pretrain': return { label, to: '/pretrain', from: run.id };
    case 'initialize': return { label, to: '/initialize', from: run.id };
    case 'train': return { label, to: '/train', from: run.id };
    case 'distill': return { label, to: '/extract', from: run.id };
    case 'bench': return run.config.stage === 'target' && run.groupId ? { label: 'Copy its comparison', to: '/bench/new', from: run.groupId } : null;
    default: return run.kind satisfies never;
  }
}

export function useRunDoing(run: Run): RunDoing {
  const connection = useConnection();
  const navigate = useNavigate();
  const pause = useAction('runs.pause');
  const resume = useAction('runs.resume');
  const cancel = useAction('runs.cancel');
  const update = useAction('runs.update');
  const trash = useAction('trash.move');
  const all = [pause, resume, cancel, update, trash];
  const { id } = run;

  const isTrashed = run.trashedAt !== null;
  const canResume = !isTrashed && (run.status === 'paused' || run.status === 'interrupted' || run.status === 'failed' || run.status === 'cancelled');
  const actions: Action[] = [];
  const add = (action: Omit<Action, 'group'>) => actions.push({ ...action, group: 'This run' });
  if (isActive(run)) {
    add({ id: 'run.pause', label: 'Pause', icon: IconPlayerPause, shortcut: 'mod+alt+S', run: () => pause.mutate({ id }) });
    add({ id: 'run.cancel', label: 'Cancel', icon: IconPlayerStop, run: () => cancel.mutate({ id }) });
  }
  if (canResume) add({ id: 'run.resume', label: run.step > 0 ? `Resume from step ${run.step.toLocaleString('en')}` : 'Start', icon: IconPlayerPlay, shortcut: 'mod+alt+S', run: () => resume.mutate({ id }) });
  if (!isTrashed) add({ id: 'run.star', label: run.starred ? 'Remove star' : 'Star', icon: run.starred ? IconStarFilled : IconStar, run: () => update.mutate({ id, starred: !run.starred }) });
  const copy = copyOf(run);
  if (copy) add({ id: 'run.clone', label: copy.label, icon: IconCopy, run: () => void navigate({ to: copy.to, search: { from: copy.from } as never }) });
  if (!isTrashed) add({
    id: 'run.trash', label: 'Move to trash', icon: IconTrash, refused: isActive(run) ? 'Cancel the run first.' : undefined,
    run: () =>
      trash.mutate({ ids: [id] }, {
        onSuccess: ({ bytes }) => {
          showUndo(connection, [id], run.name, bytes);
          void navigate({ to: '/runs' });
        },
      }),
  });
  useActions(actions);

  return {
    actions,
    resume: () => resume.mutate({ id }),
    pending: pause.isPending ? 'pause' : resume.isPending ? 'resume' : cancel.isPending ? 'cancel' : null,
    error: all.find((a) => a.error)?.error ?? null,
    clearError: () => all.forEach((a) => a.reset()),
  };
}
