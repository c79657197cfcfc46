import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/sizes', title: 'Size explorer', load: () => import('./SizesPage') },
];
