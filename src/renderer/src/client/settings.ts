/** Settings of the person, and what the window keeps for itself (`settings.ui`): drafts, columns, dismissed hints. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { Settings } from '@shared/protocol';
import { useConnection } from './context';
import { useCall } from './hooks';

const WRITE_AFTER = 400;
const MIRROR = 'fine-studio.ui.';

interface Kept {
  value: unknown;
  at: number;
}

function readMirror(key: string): Kept | null {
  const text = localStorage.getItem(MIRROR + key);
  if (!text) return null;
  try {
    return JSON.parse(text) as Kept;
  } catch {
    localStorage.removeItem(MIRROR + key);
    return null;
  }
}

export function useSettings() {
  return useCall('settings.get', {});
}

/** Changes settings, shown at once; the host's answer follows as an event. */
export function useSaveSettings(): (change: Partial<Settings>) => void {
  const connection = useConnection();
  const queries = useQueryClient();
  return useCallback(
    (change) => {
      const before = queries.getQueryData<Settings>(['settings.get', {}]);
      if (before) queries.setQueryData(['settings.get', {}], { ...before, ...change });
      void connection.call('settings.set', change).catch(() => queries.invalidateQueries({ queryKey: ['settings.get'] }));
    },
    [connection, queries],
  );
}

/**
 * A value that survives reload and restart: in this browser at once, in the host's settings shortly after (so that it is
 * also there at another port or in another window). The newer of the two wins at start.
 */
export function useKept<T>(key: string, initial: T): [T, (value: T | ((before: T) => T)) => void] {
  const settings = useSettings().data;
  const save = useSaveSettings();
  const queries = useQueryClient();
  const [mine, setMine] = useState<Kept | null>(() => readMirror(key));
  const theirs = settings?.ui[key] as Kept | undefined;
  const newest = mine && (!theirs || mine.at >= theirs.at) ? mine : theirs;
  const value = (newest ? newest.value : initial) as T;

  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const unsaved = useRef<Kept | null>(null);
  const flush = useCallback(() => {
    clearTimeout(timer.current);
    const kept = unsaved.current;
    unsaved.current = null;
    // What other values wrote in this very moment is in the cache already; before the settings have come nothing may replace them.
    const known = queries.getQueryData<Settings>(['settings.get', {}]);
    if (kept && known) save({ ui: { ...known.ui, [key]: kept } });
  }, [key, save, queries]);
  useEffect(() => flush, [flush]);
  // The window was closed, or its settings had not come, before the host could hear of it.
  const unheard = settings !== undefined && mine !== null && (!theirs || mine.at > theirs.at);
  useEffect(() => {
    if (!unheard || unsaved.current) return;
    unsaved.current = mine;
    flush();
  }, [unheard, mine, flush]);

  const set = useCallback(
    (change: T | ((before: T) => T)) => {
      const next = typeof change === 'function' ? (change as (before: T) => T)(latest.current) : change;
      latest.current = next;
      const kept = { value: next, at: Date.now() };
      localStorage.setItem(MIRROR + key, JSON.stringify(kept));
      setMine(kept);
      unsaved.current = kept;
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, WRITE_AFTER);
    },
    [key, flush],
  );
  return [value, set];
}
