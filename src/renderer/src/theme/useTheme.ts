import { useMantineColorScheme } from '@mantine/core';
import { useCallback } from 'react';
import type { Settings } from '@shared/protocol';

/** Settings say "system" where Mantine says "auto". */
export function useTheme(): { setTheme(theme: Settings['theme']): void } {
  const { setColorScheme } = useMantineColorScheme();
  const setTheme = useCallback((theme: Settings['theme']) => setColorScheme(theme === 'system' ? 'auto' : theme), [setColorScheme]);
  return { setTheme };
}
