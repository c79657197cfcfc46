import type { HandlersOf } from '../context';

export const demo: HandlersOf<'demo'> = {
  'demo.start': (context) => context.demo.start(),
  'demo.state': (context) => context.demo.state,
  'demo.cancel': (context) => context.demo.cancel(),
};
