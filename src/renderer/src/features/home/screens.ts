import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/', title: 'Home', load: () => import('./HomePage'), early: true },
];
