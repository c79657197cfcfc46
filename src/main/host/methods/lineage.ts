import { lineage as graph } from '../../catalog';
import type { HandlersOf } from '../context';

export const lineage: HandlersOf<'lineage'> = {
  'lineage.get': ({ catalog }, { id }) => graph(catalog, id),
};
