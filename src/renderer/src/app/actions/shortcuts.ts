/** Keyboard shortcuts in the notation of `@shared/actions`: "mod+alt+P", "alt+1", "?". */
import { getHotkeyHandler } from '@mantine/hooks';
import { useEffect } from 'react';
import { currentActions } from './registry';

const isMac = /mac/i.test(navigator.platform);

/** "mod+K" -> ["Ctrl", "K"], on macOS ["⌘", "K"]. */
export function shortcutKeys(shortcut: string): string[] {
  const names: Record<string, string> = isMac ? { mod: '⌘', alt: '⌥', shift: '⇧' } : { mod: 'Ctrl', alt: 'Alt', shift: 'Shift' };
  return shortcut.split('+').map((key) => names[key] ?? key);
}

/** A bare key must not fire while somebody types. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

/** Listens on the whole window for the shortcuts of all current actions. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      for (const action of currentActions()) {
        if (!action.shortcut || action.refused) continue;
        if (action.shortcut.length === 1) {
          if (event.key !== action.shortcut || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) continue;
          event.preventDefault();
          action.run();
          return;
        }
        getHotkeyHandler([[action.shortcut, () => action.run()]])(event);
        if (event.defaultPrevented) return;
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
