import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/runs/$id', title: 'Run', load: () => import('./RunPage'), early: true },
];
