import { useComputedColorScheme } from '@mantine/core';
import { useCallback } from 'react';
import { SERIES_DARK, SERIES_DASHES, SERIES_LIGHT } from '../../theme/palette';

export interface LineLook {
  color: string;
  /** SVG dash array; empty for a full line. */
  dash: string;
}

/** Beyond the palette's length colours repeat with the next dash, so two lines never look the same before 64. */
export function lineLook(index: number, dark: boolean): LineLook {
  const colors = dark ? SERIES_DARK : SERIES_LIGHT;
  return { color: colors[index % colors.length], dash: SERIES_DASHES[(index + Math.floor(index / colors.length)) % SERIES_DASHES.length] };
}

export function useLineLook(): (index: number) => LineLook {
  const dark = useComputedColorScheme('light') === 'dark';
  return useCallback((index) => lineLook(index, dark), [dark]);
}
