import { basename, resolve } from 'node:path';
import { uniformRanks } from '../../../shared/config';
import type { Learngene } from '../../../shared/entities';
import { rankProblems } from '../../../shared/ranks';
import type { JobResult } from '../../../shared/worker';
import { checkpoints, learngenes as table, listLearngenes, newId } from '../../catalog';
import type { HandlersOf, HostContext } from '../context';
import { assertReadable, discard } from '../files';
import { refuse } from '../plan';

export const learngenes: HandlersOf<'learngenes'> = {
  'learngenes.list': ({ catalog }, { trashed }) => listLearngenes(catalog, trashed),
  'learngenes.get': ({ catalog }, { id }) => table.get(catalog, id, 'id'),
  'learngenes.extract': async (context, { checkpointId, name, rank, iterations, taskId }) => {
    const { catalog, home, tasks } = context;
    const checkpoint = checkpoints.get(catalog, checkpointId, 'checkpointId');
    const ranks = rank === undefined ? null : typeof rank === 'number' ? uniformRanks(rank) : rank;
    if (ranks) refuse(rankProblems(ranks, checkpoint.model, typeof rank === 'object'));
    const learngene = await add(context, { name: name ?? `Learngene of ${checkpoint.name}`, checkpointId, importedFrom: null }, (learngeneFile) =>
      tasks.run({ kind: 'extract', checkpointFile: home.absolute(checkpoint.file), learngeneFile, ranks, iterations }, `Extract the learngene of ${checkpoint.name}`, undefined, taskId));
    return { learngene, warnings: learngene.warnings };
  },
  'learngenes.import': async (context, { file, name, taskId }) => {
    const sourceFile = resolve(file);
    await assertReadable(sourceFile, 'file');
    const importedFrom = basename(sourceFile);
    return add(context, { name: name ?? importedFrom.replace(/(\.learngene)?\.safetensors$/i, ''), checkpointId: null, importedFrom }, (learngeneFile) =>
      context.tasks.run({ kind: 'importLearngene', sourceFile, learngeneFile }, `Import ${importedFrom}`, undefined, taskId));
  },
  'learngenes.rename': ({ catalog, events }, { id, name }) => {
    table.get(catalog, id, 'id');
    table.update(catalog, id, { name });
    const learngene = table.get(catalog, id);
    events.publish({ type: 'learngene', learngene });
    return learngene;
  },
};

/** A file and its row, or neither. */
async function add({ catalog, events, home }: HostContext, origin: Pick<Learngene, 'name' | 'checkpointId' | 'importedFrom'>, write: (file: string) => Promise<JobResult<'extract'>>): Promise<Learngene> {
  const id = newId('lg');
  const file = home.learngeneFile(id);
  try {
    const learngene = { ...(await write(file)), ...origin, id, file: home.relative(file), createdAt: Date.now(), trashedAt: null };
    table.insert(catalog, learngene);
    events.publish({ type: 'learngene', learngene });
    return learngene;
  } catch (error) {
    await discard(file);
    throw error;
  }
}
