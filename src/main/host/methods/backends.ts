import type { Result } from '../../../shared/protocol';
import type { HandlersOf } from '../context';

let known: Result<'backends.list'> | null = null;

export const backends: HandlersOf<'backends'> = {
  /** Asked of a worker, as native libraries are loaded nowhere else; the answer without measurement is kept while the host lives. */
  'backends.list': async ({ tasks }, { measure }) => {
    if (known && !measure) return known;
    known = await tasks.run({ kind: 'backends', measure }, measure ? 'Measure the backends' : 'Look for backends');
    return known;
  },
};
