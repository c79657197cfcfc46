import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/settings', title: 'Settings', load: () => import('./SettingsPage') },
];
