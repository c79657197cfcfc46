import { Command, InvalidArgumentError } from 'commander';
import { SIGMA_STARTS, type BackendId, type SigmaStart } from '../../../../shared/config';
import type { Run } from '../../../../shared/entities';
import { AppError } from '../../../../shared/errors';
import { INITIALIZATION_IDS, INITIALIZATION_INFOS, type InitializationId } from '../../../../shared/initializations';
import { action } from '../action';
import { backend, decimal, positive, whole, wholeList } from '../arguments';
import { benchResult } from '../bench-result';
import { followRuns } from '../follow';
import type { Session } from '../session';

interface Options {
  dataset?: string;
  methods?: InitializationId[];
  depths?: number[];
  seeds?: number[];
  name?: string;
  steps: number;
  batch?: number;
  lr: number;
  dense?: string;
  learngene?: string;
  factorised?: string;
  sourceSteps?: number;
  sourceLr?: number;
  sourceSeed?: number;
  hidden?: number;
  sourceDepth?: number;
  heads?: number;
  patch?: number;
  sigmaStarts?: SigmaStart[];
  factors?: boolean;
  adapt?: Assigned;
  adaptLr?: Assigned;
  uncharged?: boolean;
  validateEvery?: number;
  sampleEvery?: number;
  checkpointEvery?: number;
  backend?: BackendId;
  continue?: string;
}

type Assigned = Partial<Record<InitializationId, number>>;

/** Reads a comma-separated list of known names; an option may be repeated. */
function namesOf<T extends string>(known: readonly T[]) {
  return (text: string, previous: T[] = []): T[] => [
    ...previous,
    ...text.split(',').map((part) => {
      const found = known.find((name) => name === part.trim());
      if (!found) throw new InvalidArgumentError(`“${part.trim()}” is none of ${known.join(', ')}.`);
      return found;
    }),
  ];
}

/** Reads "fine=100,ligo=50". */
function assigned(value: (text: string) => number) {
  return (text: string, previous: Assigned = {}): Assigned => ({
    ...previous,
    ...Object.fromEntries(
      text.split(',').map((part) => {
        const [name = '', number = ''] = part.split('=');
        return [namesOf(INITIALIZATION_IDS)(name)[0]!, value(number)];
      }),
    ),
  });
}

const METHODS = INITIALIZATION_INFOS.map((m) => `  ${m.id.padEnd(15)} ${m.description}${m.needs === 'own' ? ' Needs its own pretraining.' : ''}`).join('\n');

export function bench(): Command {
  return new Command('bench')
    .description('compare ways to start a model, at an equal budget of steps')
    .option('--dataset <id>', 'what all of them learn from')
    .option('--methods <names>', 'which ways, as scratch,tleg,fine; see below', namesOf(INITIALIZATION_IDS))
    .option('--depths <blocks>', 'sizes, as 4,8', wholeList)
    .option('--seeds <numbers>', 'one run each, as 0,1,2; 0 alone by default', wholeList)
    .option('--name <name>', 'name of the comparison')
    .option('--steps <n>', 'training steps of every run, adaptation included', positive, 1000)
    .option('--batch <n>', 'pictures per step; 32, or all where there are fewer', positive)
    .option('--lr <rate>', 'learning rate of the free training', decimal, 0.001)
    .option('--dense <id>', 'dense checkpoint for the methods that start from one; trained first when left out')
    .option('--learngene <id>', 'learngene that FINE starts from')
    .option('--factorised <id>', 'or a factorised checkpoint; trained first when both are left out')
    .option('--source-steps <n>', 'steps of every source that is trained first; as many as the given ones had', positive)
    .option('--source-lr <rate>', 'its learning rate', decimal)
    .option('--source-seed <n>', 'its seed', whole)
    .option('--hidden <channels>', 'hidden size where no source is given', positive)
    .option('--source-depth <blocks>', 'blocks of the sources', positive)
    .option('--heads <n>', 'attention heads where no source is given', positive)
    .option('--patch <pixels>', 'patch size where no source is given', positive)
    .option('--sigma-starts <names>', `starts of sigma for FINE, one row each: ${SIGMA_STARTS.join(', ')}; line by default`, namesOf(SIGMA_STARTS))
    .option('--factors', 'one more row: shared factors trained from nothing')
    .option('--adapt <steps>', 'steps of adaptation by method, as fine=100,ligo=50; each method’s own by default', assigned(whole))
    .option('--adapt-lr <rates>', 'their learning rates, as fine=0.01', assigned(decimal))
    .option('--uncharged', 'adaptation comes on top of the budget instead of out of it')
    .option('--validate-every <steps>', 'steps between validation losses; ten in the budget by default', whole)
    .option('--sample-every <steps>', 'steps between sample grids, 0 for none; before and after by default', whole)
    .option('--checkpoint-every <steps>', 'steps between saved states', whole)
    .option('--backend <id>', 'what computes', backend)
    .option('--continue <comparison>', 'go on with a comparison that was stopped, or show its table again')
    .addHelpText('after', `\nMethods:\n${METHODS}\n\nExamples:\n  $ fine bench --dataset builtin:emoji --methods scratch,tleg,fine --depths 4,8 --seeds 0,1\n  $ fine bench --dataset builtin:emoji --methods ligo,svdiff --depths 8 --dense ckpt-2k8v0w3f7a --steps 600 --json`)
    .action(
      action<Options>(async (session, o) => {
        const { runs, groupId } = o.continue === undefined ? await start(session, o) : await goOn(session, o.continue);
        const ended = await followRuns(session, runs, { all: true });
        const targets = ended.filter((run) => run.groupId === groupId);
        const result = benchResult(groupId, targets, ended.filter((run) => run.groupId !== groupId));
        if (ended.some((run) => run.status !== 'completed')) process.exitCode = 1;
        return result;
      }),
    );
}

function start(session: Session, o: Options): Promise<{ runs: Run[]; groupId: string | null }> {
  const missing = (['dataset', 'methods', 'depths'] as const).find((name) => o[name] === undefined);
  if (missing) throw new AppError('invalid-input', `--${missing} is missing.`, { hint: 'Add --help for an explanation.', field: missing });
  const methods = new Set([...Object.keys(o.adapt ?? {}), ...Object.keys(o.adaptLr ?? {})] as InitializationId[]);
  return session.client.call('runs.start', {
    kind: 'bench',
    params: {
      datasetId: o.dataset!, name: o.name, methods: o.methods!, depths: o.depths!, seeds: o.seeds, factors: o.factors, sigmaStarts: o.sigmaStarts,
      denseCheckpointId: o.dense, learngeneId: o.learngene, factorisedCheckpointId: o.factorised, hiddenSize: o.hidden, sourceDepth: o.sourceDepth, heads: o.heads, patchSize: o.patch,
      source: { steps: o.sourceSteps, learningRate: o.sourceLr, seed: o.sourceSeed },
      adaptation: Object.fromEntries([...methods].map((method) => [method, { steps: o.adapt?.[method], learningRate: o.adaptLr?.[method] }])),
      chargeAdaptation: !o.uncharged,
      train: { steps: o.steps, batchSize: o.batch, learningRate: o.lr, validateEvery: o.validateEvery, sampleEvery: o.sampleEvery, checkpointEvery: o.checkpointEvery, backend: o.backend },
    },
  });
}

/** Its runs in their order, those that were stopped queued again, with the sources that they wait for. */
async function goOn({ client }: Session, groupId: string): Promise<{ runs: Run[]; groupId: string }> {
  const { runs: targets } = await client.call('runs.list', { groupId, kind: ['bench', 'pretrain'], limit: 1000, sort: 'createdAt', descending: false });
  if (targets.length === 0) throw new AppError('not-found', `There is no comparison “${groupId}”.`, { hint: 'Its id stands below the table, and in the JSON as “comparison”.', field: 'continue' });
  const sourceIds = new Set(targets.filter((run) => run.status !== 'completed').flatMap((run) => (typeof run.config.sourceRunId === 'string' ? [run.config.sourceRunId] : [])));
  const sources = (await Promise.all([...sourceIds].map((id) => client.call('runs.get', { id })))).filter((run) => run.status !== 'completed');
  const runs: Run[] = [];
  for (const run of [...sources, ...targets]) runs.push(['completed', 'queued', 'running'].includes(run.status) ? run : await client.call('runs.resume', { id: run.id }));
  return { runs, groupId };
}
