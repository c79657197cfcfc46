import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/queue', title: 'Queue', load: () => import('./QueuePage') },
];
