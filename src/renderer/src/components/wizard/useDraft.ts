import { useKept } from '../../client/settings';

export interface Draft<T> {
  values: T;
  step: number;
  set(change: Partial<T>): void;
  setStep(step: number): void;
  /** Back to a fresh form, at a step that is not the first where a link brought what the first asks for. */
  reset(values?: T, step?: number): void;
}

/** The state of a wizard, kept while one does something else, reloads or restarts. */
export function useDraft<T extends object>(key: string, initial: T): Draft<T> {
  const [kept, setKept] = useKept<{ values: T; step: number }>(`draft.${key}`, { values: initial, step: 0 });
  return {
    // A draft of an earlier version may lack a value that is new.
    values: { ...initial, ...kept.values },
    step: kept.step,
    set: (change) => setKept((before) => ({ ...before, values: { ...initial, ...before.values, ...change } })),
    setStep: (step) => setKept((before) => ({ ...before, step })),
    reset: (values = initial, step = 0) => setKept({ values, step }),
  };
}
