import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/trash', title: 'Trash', load: () => import('./TrashPage') },
];
