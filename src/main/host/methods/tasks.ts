import type { HandlersOf } from '../context';

export const tasks: HandlersOf<'tasks'> = {
  'tasks.list': (context) => context.tasks.list(),
  'tasks.cancel': (context, { id }) => {
    context.tasks.cancel(id);
    return { ok: true };
  },
};
