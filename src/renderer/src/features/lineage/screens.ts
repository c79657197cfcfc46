import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/lineage', title: 'Lineage', load: () => import('./LineagePage') },
];
