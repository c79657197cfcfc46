import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/initialize', title: 'Initialise model sizes', load: () => import('./InitializePage') },
  { path: '/initialize/$group', title: 'Sizes', load: () => import('./SizesPage') },
];
