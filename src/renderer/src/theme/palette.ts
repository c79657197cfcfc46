/** Colours of the window. Text pairs reach 4.5:1, graphics 3:1 on every surface they are used on, in both themes. */
import type { MantineColorsTuple } from '@mantine/core';

/** Accent: viridian, the pigment. Shade 7 carries white text, shade 3 stands on dark surfaces. */
export const viridian: MantineColorsTuple = ['#e6f5f1', '#cdeae3', '#9dd5c8', '#63bfac', '#36a892', '#18907a', '#0c7a67', '#0a6657', '#095246', '#073e35'];
/** What asks for attention: interrupted runs, warnings. */
export const ochre: MantineColorsTuple = ['#fdf4e3', '#fae6c1', '#f3cd86', '#ebb14a', '#dc9420', '#b97709', '#975f05', '#7d4e05', '#633d06', '#4a2e06'];
/** What failed or destroys. */
export const madder: MantineColorsTuple = ['#fdeeec', '#fad9d5', '#f4b1aa', '#ec857b', '#e2604f', '#cf4434', '#b33326', '#95281d', '#761f17', '#571711'];
/** Neutral with a trace of green, so that the accent belongs to it. */
export const stone: MantineColorsTuple = ['#f7f8f6', '#eef0ed', '#dfe3de', '#c8cec8', '#a3aca5', '#79847d', '#5b665f', '#455049', '#2f3833', '#1c231f'];
/** Surfaces and text of the dark theme, lightest first, as Mantine expects them. */
export const dark: MantineColorsTuple = ['#e3e8e5', '#c4ccc8', '#a2aca7', '#76827c', '#46514b', '#333c38', '#262e2a', '#1d2421', '#161c19', '#101513'];

/** Series of a chart in drawing order; each differs from its neighbours in lightness too, and in dash. */
export const SERIES_LIGHT = ['#0a6657', '#b4530a', '#3a55c2', '#a1287a', '#6a6a00', '#6b47a8', '#8a2d1f', '#2b6d99'] as const;
export const SERIES_DARK = ['#4cc7b2', '#f0a060', '#93a9ff', '#ee86cb', '#cfcb5c', '#c0a6f5', '#f08c7d', '#7fc3ea'] as const;
export const SERIES_DASHES = ['', '7 3', '2 3', '9 3 2 3', '4 2', '12 4', '1 4', '6 2 1 2 1 2'] as const;
