import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/runs', title: 'Runs', load: () => import('./RunsPage'), early: true },
];
