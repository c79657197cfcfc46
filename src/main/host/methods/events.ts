import type { HandlersOf } from '../context';

export const events: HandlersOf<'events'> = {
  'events.since': (context, { seq }) => context.events.since(seq),
};
