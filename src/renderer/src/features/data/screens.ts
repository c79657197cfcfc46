import type { Screen } from '../../app/screens';

export const screens: Screen[] = [
  { path: '/data', title: 'Data', load: () => import('./DataPage') },
  { path: '/data/add', title: 'Add images', load: () => import('./AddDataPage') },
  { path: '/data/$id', title: 'Dataset', load: () => import('./DatasetPage') },
];
