/**
 * A user action is one object. Global ones come from `@shared/actions` and are bound in `GlobalActions`; a screen adds its
 * own while it is shown. Palette, shortcuts, `?` sheet and buttons all read this registry.
 */
import type { Icon } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

export interface Action {
  id: string;
  label: string;
  group: string;
  icon: Icon;
  shortcut?: string;
  keywords?: string;
  /** A sentence why it cannot be done now; undefined when it can. */
  refused?: string;
  run(): void;
}

interface Registry {
  sets: ReadonlyMap<object, readonly Action[]>;
  palette: boolean;
  sheet: boolean;
}

export const registry = createStore<Registry>(() => ({ sets: new Map(), palette: false, sheet: false }));

/** Offers actions while the calling component is mounted; always the ones of the latest render. */
export function useActions(actions: readonly Action[]): void {
  const [owner] = useState(() => ({}));
  useEffect(() => {
    const before = registry.getState().sets.get(owner);
    if (before && sameActions(before, actions)) {
      // Only the closures changed: replace them without waking anyone.
      (registry.getState().sets as Map<object, readonly Action[]>).set(owner, actions);
      return;
    }
    registry.setState(({ sets }) => ({ sets: new Map(sets).set(owner, actions) }));
  });
  useEffect(
    () => () =>
      registry.setState(({ sets }) => {
        const rest = new Map(sets);
        rest.delete(owner);
        return { sets: rest };
      }),
    [owner],
  );
}

function sameActions(a: readonly Action[], b: readonly Action[]): boolean {
  return a.length === b.length && a.every((x, i) => x.id === b[i].id && x.label === b[i].label && x.refused === b[i].refused && x.shortcut === b[i].shortcut);
}

/** All actions of the moment; a screen's own come first. */
export function currentActions(): Action[] {
  return [...registry.getState().sets.values()].toReversed().flat();
}

export function useCurrentActions(): Action[] {
  useStore(registry, (s) => s.sets);
  return currentActions();
}

export function runAction(id: string): void {
  const action = currentActions().find((a) => a.id === id);
  if (action && !action.refused) action.run();
}
