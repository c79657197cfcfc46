import { useSearch } from '@tanstack/react-router';
import type { Run } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { useWish } from './useWish';

/** What a link to a wizard says about a copy: `from` until the form has taken it over, `original` afterwards, to compare with. */
export function useCopyOf(): { from: string | undefined; id: string | undefined } {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const from = text(search.from);
  return { from, id: from ?? text(search.original) };
}

/** Begins a form with the configuration of a run; `take` is called once with it. Gives the run as long as the form is a copy of it. */
export function useCopied(take: (run: Run) => void): Run | undefined {
  const { from, id } = useCopyOf();
  const run = useCall('runs.get', { id: id ?? '' }, { enabled: id !== undefined }).data;
  useWish(from && run ? `run ${run.id}` : null, () => run && take(run), { original: from });
  return run;
}
