import { enqueue, findRun, getRun, insertRun, listFolders, listRuns, moveRuns, newId, readLog, readSeries, renameFolder, updateRun, write } from '../../catalog';
import type { Run } from '../../../shared/entities';
import type { Params, Plan } from '../../../shared/protocol';
import { backendProblem } from '../available-backends';
import type { HandlersOf, HostContext } from '../context';
import { configHash } from '../run-jobs';
import { compareBeforeFirstEstimate } from '../choose-backend';
import { planOf, refuse } from '../plan';
import { benchSpecs } from '../bench-specs';
import { runSpecs, type RunSpec } from '../run-specs';

export const runs: HandlersOf<'runs'> = {
  'runs.plan': (context, params) => {
    compareBeforeFirstEstimate(context);
    return Promise.all(specsOf(context, params).map((spec) => checkedPlan(context, spec)));
  },
  /** All of the runs or none: every one is checked before the first is written. */
  'runs.start': async (context, params) => {
    const specs = specsOf(context, params);
    for (const spec of specs) refuse((await checkedPlan(context, spec)).problems);
    const groupId = params.kind === 'initialize' || params.kind === 'bench' ? newId('grp') : null;
    const now = Date.now();
    const rows = specs.map((spec, index) => newRun(spec, groupId, now + index));
    write(context.catalog, () => {
      for (const row of rows) {
        insertRun(context.catalog, row);
        enqueue(context.catalog, row.id);
      }
    });
    goOnWithSources(context, specs);
    return { runs: context.queue.submit(rows.map((row) => row.id)), groupId };
  },
  'runs.list': ({ catalog }, query) => listRuns(catalog, query),
  'runs.get': ({ catalog }, { id }) => getRun(catalog, id),
  'runs.series': ({ catalog }, { id, ...query }) => readSeries(catalog, getRun(catalog, id).id, query),
  'runs.log': ({ catalog }, { id, after, limit }) => readLog(catalog, getRun(catalog, id).id, after, limit),
  'runs.pause': ({ queue }, { id }) => queue.pause(id),
  'runs.resume': ({ queue }, { id }) => queue.resume(id),
  'runs.cancel': ({ queue }, { id }) => queue.cancel(id),
  'runs.reorder': ({ queue, catalog }, { id, before }) => queue.reorder(id, before && (findRun(catalog, before)?.id ?? null)),
  'runs.folders': ({ catalog }) => listFolders(catalog),
  'runs.move': ({ catalog, events }, { ids, folder }) => {
    const name = moveRuns(catalog, ids, folder);
    events.publish({ type: 'changed', what: 'runs' });
    return { folder: name, moved: ids.length };
  },
  'runs.renameFolder': ({ catalog, events }, { from, to }) => {
    const renamed = renameFolder(catalog, from, to);
    events.publish({ type: 'changed', what: 'runs' });
    return renamed;
  },
  'runs.update': ({ catalog, events }, { id, ...patch }) => {
    getRun(catalog, id);
    const run = updateRun(catalog, id, patch);
    events.publish({ type: 'run', run });
    return run;
  },
};

/** With the one thing that only a worker can tell: whether the backend is there. */
async function checkedPlan(context: HostContext, spec: RunSpec): Promise<Plan> {
  const plan = planOf(context, spec);
  const problem = await backendProblem(context, spec.config.train.backend, 'train.backend');
  return problem ? { ...plan, problems: [...plan.problems, problem] } : plan;
}

function specsOf(context: HostContext, request: Params<'runs.start'>): RunSpec[] {
  return request.kind === 'bench' ? benchSpecs(context, request.params) : runSpecs(context, request);
}

/** A source that somebody had stopped is wanted again. */
function goOnWithSources({ catalog, queue }: HostContext, specs: readonly RunSpec[]): void {
  for (const id of new Set(specs.flatMap(({ config }) => (config.kind === 'bench' && config.sourceRunId ? [config.sourceRunId] : [])))) {
    const source = findRun(catalog, id);
    if (source && ['paused', 'interrupted'].includes(source.status)) queue.resume(id);
  }
}

/** Later sizes of one group are younger, so that their order in the table is that of their depths. */
function newRun(spec: RunSpec, groupId: string | null, createdAt: number): Run {
  const config = spec.config as unknown as Run['config'];
  return {
    id: spec.id ?? newId('run'), kind: spec.kind, name: spec.name, status: 'queued', groupId: spec.alone ? null : groupId,
    datasetId: spec.dataset.id, checkpointId: spec.checkpointId, learngeneId: spec.learngeneId,
    config, configHash: configHash(config), step: 0, steps: spec.config.train.steps, queuePosition: null, metrics: {}, result: null, error: null,
    backend: null, createdAt, startedAt: null, endedAt: null, elapsedMs: 0, sittings: [], notes: '', tags: [], folder: '', starred: false, trashedAt: null,
  };
}
