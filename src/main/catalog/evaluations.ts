/** Evaluations: how good a checkpoint's samples were, each time somebody asked. */
import { evaluationSchema, type Evaluation } from '../../shared/entities';
import type { Catalog } from './open';
import { Table } from './table';

export const evaluations = new Table<Evaluation>('evaluations', evaluationSchema, { noun: 'evaluation', json: ['config', 'figures', 'omitted', 'validation'] });

/** Newest first, of one checkpoint or of all that are not in the trash. */
export function listEvaluations(catalog: Catalog, filter: { checkpointId?: string; limit: number }): Evaluation[] {
  if (filter.checkpointId !== undefined) return evaluations.select(catalog, 'WHERE checkpoint_id = ? ORDER BY created_at DESC, id LIMIT ?', filter.checkpointId, filter.limit);
  return evaluations.select(catalog, 'WHERE checkpoint_id IN (SELECT id FROM checkpoints WHERE trashed_at IS NULL) ORDER BY created_at DESC, id LIMIT ?', filter.limit);
}
