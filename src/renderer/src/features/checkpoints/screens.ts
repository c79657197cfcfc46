import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/checkpoints', title: 'Checkpoints', load: () => import('./CheckpointsPage') },
  { path: '/checkpoints/import', title: 'Import a checkpoint', load: () => import('./ImportPage') },
  { path: '/checkpoints/$id', title: 'Checkpoint', load: () => import('./CheckpointPage') },
];
