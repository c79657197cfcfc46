import { rm } from 'node:fs/promises';
import { uniformRanks } from '../../../shared/config';
import { rankProblems } from '../../../shared/ranks';
import { checkpoints, learngenes as table, listLearngenes, newId } from '../../catalog';
import type { HandlersOf } from '../context';
import { refuse } from '../plan';

export const learngenes: HandlersOf<'learngenes'> = {
  'learngenes.list': ({ catalog }, { trashed }) => listLearngenes(catalog, trashed),
  'learngenes.get': ({ catalog }, { id }) => table.get(catalog, id, 'id'),
  'learngenes.extract': async ({ catalog, events, home, tasks }, { checkpointId, name, rank, iterations }) => {
    const checkpoint = checkpoints.get(catalog, checkpointId, 'checkpointId');
    const ranks = rank === undefined ? null : typeof rank === 'number' ? uniformRanks(rank) : rank;
    if (ranks) refuse(rankProblems(ranks, checkpoint.model, typeof rank === 'object'));
    const id = newId('lg');
    const learngeneFile = home.learngeneFile(id);
    try {
      const { warnings, ...facts } = await tasks.run({ kind: 'extract', checkpointFile: home.absolute(checkpoint.file), learngeneFile, ranks, iterations }, `Extract the learngene of ${checkpoint.name}`);
      const learngene = { ...facts, id, name: name ?? `Learngene of ${checkpoint.name}`, checkpointId, file: home.relative(learngeneFile), createdAt: Date.now(), trashedAt: null };
      table.insert(catalog, learngene);
      events.publish({ type: 'learngene', learngene });
      return { learngene, warnings };
    } catch (error) {
      await rm(learngeneFile, { force: true });
      throw error;
    }
  },
};
