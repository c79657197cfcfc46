import type { Run } from '@shared/entities';
import type { Column } from '../../components/table/columns';
import { RUN_COLUMNS } from './columns';

/** Parameters have their dotted name in the configuration as the column's; the model's shape is made of two of them. */
const isParameter = ({ id }: Column<Run>) => id.includes('.') || id === 'model';

/** The columns without the parameters that all of these runs have in common. One run alone has nothing in common. */
export function withoutIdentical(runs: readonly Run[]): Column<Run>[] {
  if (runs.length < 2) return RUN_COLUMNS;
  return RUN_COLUMNS.filter((column) => !isParameter(column) || runs.some((run) => column.value(run) !== column.value(runs[0])));
}
