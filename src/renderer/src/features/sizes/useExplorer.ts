/** What the size explorer remembers, and what follows from it. */
import { useCallback, useMemo } from 'react';
import { type DiTConfig, type Ranks, WEIGHT_TYPES } from '@shared/config';
import type { Checkpoint, Dataset, Learngene } from '@shared/entities';
import { SMALL_PRESETS } from '@shared/sizes';
import { type Measured, measuredRuns, roughGflops } from '@shared/speed';
import { useCall } from '../../client/hooks';
import { useKept } from '../../client/settings';
import { usualDepths } from '../learngenes/reuse';
import { type Cost, costOf, type Setting, type Shape, shapeId, unfit } from './shape';

/** Latents of 256x256 pictures, as the official models draw. */
export const LATENTS = 'latents';

export interface Explorer {
  shape: Shape;
  /** A dataset's id or `LATENTS`; null takes the learngene's, else the first. */
  dataId: string | null;
  /** Undefined takes the newest, null none. */
  learngeneId?: string | null;
  factorised: boolean;
  rank: number | null;
  batchSize: number;
  sampleSteps: number;
  /** Null shows the usual ones. */
  candidates: Shape[] | null;
}

const SMALL = SMALL_PRESETS.find((p) => p.id === 'small') ?? SMALL_PRESETS[0];
export const bare = ({ hiddenSize, depth, heads, patchSize }: Shape): Shape => ({ hiddenSize, depth, heads, patchSize });
const INITIAL: Explorer = { shape: bare(SMALL), dataId: null, factorised: true, rank: null, batchSize: 32, sampleSteps: 50, candidates: null };

export interface Candidate {
  id: string;
  shape: Shape;
  cost: Cost;
  /** Why the chosen learngene does not fit; null when it does or none is chosen. */
  unfit: string | null;
}

export interface Explored {
  state: Explorer;
  set(change: Partial<Explorer>): void;
  setting: Setting;
  datasets: Dataset[] | undefined;
  learngenes: Learngene[] | undefined;
  learngene: Learngene | undefined;
  source: Checkpoint | undefined;
  current: Candidate;
  candidates: Candidate[];
  measured: readonly Measured[];
  dataId: string;
}

export const unique = (shapes: readonly Shape[]): Shape[] => [...new Map(shapes.map((s) => [shapeId(s), bare(s)])).values()];

export function useExplorer(): Explored {
  const [kept, setKept] = useKept<Explorer>('sizes', INITIAL);
  const state = { ...INITIAL, ...kept };
  const datasets = useCall('datasets.list', {}).data;
  const learngenes = useCall('learngenes.list', {}).data;
  const machine = useCall('app.info', {}).data;
  const past = useCall('runs.list', { status: ['completed'], limit: 500 }).data;
  const measured = useMemo(() => measuredRuns(past?.runs ?? []), [past]);

  const newest = learngenes?.toSorted((a, b) => b.createdAt - a.createdAt)[0];
  const learngene = state.learngeneId === undefined ? newest : learngenes?.find((l) => l.id === state.learngeneId);
  const source = useCall('checkpoints.get', { id: learngene?.checkpointId ?? '' }, { enabled: learngene?.checkpointId != null }).data;
  const origin = learngene?.model ?? undefined;
  const dataset = datasets?.find((d) => d.id === state.dataId) ?? (state.dataId === LATENTS ? undefined : (datasets?.find((d) => d.id === source?.datasetId) ?? datasets?.[0]));
  const { factorised, rank, batchSize, sampleSteps, candidates: listed, shape } = state;
  const setting = useMemo(() => settingOf({ factorised, rank, batchSize, sampleSteps }, dataset, learngene?.ranks), [factorised, rank, batchSize, sampleSteps, dataset, learngene]);
  const shapes = useMemo(() => listed ?? unique([...SMALL_PRESETS, ...(origin ? usualDepths(origin.depth).map((depth) => ({ ...bare(origin), depth })) : [])]), [listed, origin]);
  const look = useCallback(
    (s: Shape): Candidate => ({ id: shapeId(s), shape: s, cost: costOf(s, setting, measured, machine?.gflops ?? roughGflops(machine?.testStepGflops ?? null, s)), unfit: origin ? unfit(s, setting, origin as DiTConfig) : null }),
    [setting, measured, machine, origin],
  );
  const candidates = useMemo(() => shapes.map(look), [shapes, look]);
  const current = useMemo(() => look(shape), [shape, look]);
  return {
    state, setting, datasets, learngenes, learngene, source, current, candidates, measured,
    set: (change) => setKept((before) => ({ ...INITIAL, ...before, ...change })),
    dataId: dataset?.id ?? LATENTS,
  };
}

/** A learngene brings its ranks with it; without data the official latents stand in. */
function settingOf(state: Pick<Explorer, 'factorised' | 'rank' | 'batchSize' | 'sampleSteps'>, dataset: Dataset | undefined, ranks: Ranks | undefined): Setting {
  const { factorised, batchSize, sampleSteps } = state;
  const common = ranks && WEIGHT_TYPES.every((type) => ranks[type] === ranks.qkv) ? ranks.qkv : ranks;
  const drawn = dataset
    ? { inputSize: dataset.size, inChannels: dataset.channels, numClasses: Math.max(1, dataset.classes.length), learnSigma: false }
    : { inputSize: 32, inChannels: 4, numClasses: 1000, learnSigma: true };
  return { ...drawn, factorised, rank: common ?? state.rank, batchSize, sampleSteps };
}
