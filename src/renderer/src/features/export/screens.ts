import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/export', title: 'Export a checkpoint', load: () => import('./ExportPage') },
  { path: '/exports/$id', title: 'Export', load: () => import('./ExportedPage') },
];
