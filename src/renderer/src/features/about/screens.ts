import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/about', title: 'About', load: () => import('./AboutPage') },
];
