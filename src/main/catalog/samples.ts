/** Sample grids: PNG files made while training or on demand. */
import { sampleSchema, type Sample } from '../../shared/entities';
import { write, type Catalog } from './open';
import { Table } from './table';

export const samples = new Table<Sample>('samples', sampleSchema, { noun: 'sample', json: ['config'] });

/** Adds a grid; one made again for the same run and step, as after a resume, replaces the earlier row. */
export function addSample(catalog: Catalog, sample: Sample): void {
  write(catalog, () => {
    if (sample.runId !== null && sample.step !== null) catalog.prepare('DELETE FROM samples WHERE run_id = ? AND step = ?').run(sample.runId, sample.step);
    samples.insert(catalog, sample);
  });
}

/** Of a run in the order of its steps, else newest first. */
export function listSamples(catalog: Catalog, filter: { runId?: string; checkpointId?: string; limit: number }): Sample[] {
  if (filter.runId !== undefined) return samples.select(catalog, 'WHERE run_id = ? ORDER BY step, created_at LIMIT ?', filter.runId, filter.limit);
  if (filter.checkpointId !== undefined) return samples.select(catalog, 'WHERE checkpoint_id = ? ORDER BY created_at DESC LIMIT ?', filter.checkpointId, filter.limit);
  return samples.select(catalog, 'ORDER BY created_at DESC LIMIT ?', filter.limit);
}
