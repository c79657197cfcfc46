import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/bench', title: 'Bench', load: () => import('./BenchPage') },
  { path: '/bench/new', title: 'New comparison', load: () => import('./NewBenchPage') },
];
