import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/learngenes', title: 'Learngenes', load: () => import('./LearngenesPage') },
  { path: '/learngenes/$id', title: 'Learngene', load: () => import('./LearngenePage') },
  { path: '/learngenes/import', title: 'Import a learngene', load: () => import('./ImportPage') },
];
