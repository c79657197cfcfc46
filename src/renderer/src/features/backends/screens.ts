import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/backends', title: 'Backends', load: () => import('./BackendsPage') },
];
