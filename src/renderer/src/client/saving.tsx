/** Settings that are saved as they are changed, with a word about it. */
import { Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { AppError } from '@shared/errors';
import type { Settings } from '@shared/protocol';
import { useAction } from './hooks';
import { useSettings } from './settings';

const SHOWN_MS = 2500;

export interface Saving {
  settings: Settings | undefined;
  /** Shown at once; taken back when the host refuses it. */
  save(change: Partial<Settings>): void;
  state: 'idle' | 'saving' | 'saved';
  error: AppError | null;
  reset(): void;
}

export function useSaving(): Saving {
  const settings = useSettings().data;
  const set = useAction('settings.set');
  const queries = useQueryClient();
  const [savedAt, setSavedAt] = useState<number | null>(null);
  useEffect(() => {
    if (savedAt === null) return;
    const timer = setTimeout(() => setSavedAt(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [savedAt]);
  return {
    settings,
    save: (change) => {
      if (settings) queries.setQueryData(['settings.get', {}], { ...settings, ...change });
      set.mutate(change, { onSuccess: () => setSavedAt(Date.now()), onError: () => void queries.invalidateQueries({ queryKey: ['settings.get'] }) });
    },
    state: set.isPending ? 'saving' : savedAt === null ? 'idle' : 'saved',
    error: set.error,
    reset: set.reset,
  };
}

/** Beside the heading; its place is kept while it is empty. */
export function SavedMark({ saving }: { saving: Saving }) {
  return (
    <Text component="span" size="sm" c="var(--accent)" role="status" style={{ display: 'inline-flex', gap: 4, alignItems: 'center', minHeight: 24 }}>
      {saving.state === 'saved' && <><IconCheck size={16} aria-hidden /> Saved</>}
    </Text>
  );
}
