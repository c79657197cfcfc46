import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/train', title: 'Train a checkpoint on', load: () => import('./TrainPage') },
];
