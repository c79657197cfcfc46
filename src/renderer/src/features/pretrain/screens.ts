import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/pretrain', title: 'New pretraining', load: () => import('./PretrainPage') },
];
