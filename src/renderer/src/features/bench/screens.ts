import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/bench', title: 'Bench', load: () => import('./BenchPage') },
];
