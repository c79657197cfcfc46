import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/extract', title: 'Extract a learngene', load: () => import('./ExtractPage') },
];
