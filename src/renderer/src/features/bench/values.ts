/** The form of a comparison, and its way to the request and the command. */
import type { SigmaStart } from '@shared/config';
import { type InitializationId, initializationInfo } from '@shared/initializations';
import type { ParamsIn } from '@shared/protocol';
import { commandLine } from '../../components/wizard/commandLine';

type Request = Extract<ParamsIn<'runs.start'>, { kind: 'bench' }>['params'];

export interface BenchValues {
  name: string;
  datasetId: string | null;
  methods: InitializationId[];
  /** Whether shared factors are trained from nothing, too. */
  factors: boolean;
  sigmaStarts: SigmaStart[];
  /** Null has one trained first. */
  denseCheckpointId: string | null;
  /** A learngene or a factorised checkpoint; null has one trained first. */
  fineSourceId: string | null;
  hiddenSize?: number;
  sourceDepth?: number;
  heads?: number;
  patchSize?: number;
  sourceSteps?: number;
  sourceLearningRate?: number;
  sourceSeed?: number;
  depths: number[];
  /** How many: 0 and up. */
  seeds?: number;
  steps?: number;
  batchSize?: number;
  learningRate?: number;
  chargeAdaptation: boolean;
  adaptation: Partial<Record<InitializationId, { steps?: number; learningRate?: number }>>;
}

export const INITIAL: BenchValues = {
  name: '', datasetId: null, methods: ['scratch', 'tleg', 'fine'], factors: false, sigmaStarts: ['line'], denseCheckpointId: null, fineSourceId: null,
  depths: [4, 8], seeds: 2, steps: 1000, learningRate: 1e-3, chargeAdaptation: true, adaptation: {},
};

export const needsDense = (v: BenchValues) => v.methods.some((m) => initializationInfo(m).needs === 'dense');
export const needsFactors = (v: BenchValues) => v.methods.includes('fine');
export const needsSource = (v: BenchValues) => v.methods.some((m) => initializationInfo(m).needs !== 'nothing');
/** Chosen methods that adapt, in their usual order. */
export const adapting = (v: BenchValues) => v.methods.filter((m) => initializationInfo(m).adaptation !== null);
/** Whether the shape is that of a chosen source. */
export const hasGivenSource = (v: BenchValues) => (needsDense(v) && v.denseCheckpointId !== null) || (needsFactors(v) && v.fineSourceId !== null);

const seedsOf = (v: BenchValues) => Array.from({ length: Math.min(v.seeds ?? 1, 32) }, (_, i) => i);

/** Null while the dataset, the methods or the depths are missing. Fields left empty take the host's defaults. */
export function toRequest(v: BenchValues): Request | null {
  if (!v.datasetId || v.methods.length === 0 || v.depths.length === 0) return null;
  const fine = needsFactors(v) ? v.fineSourceId : null;
  const shape = hasGivenSource(v) ? {} : { hiddenSize: v.hiddenSize, sourceDepth: v.sourceDepth, heads: v.heads, patchSize: v.patchSize };
  return {
    datasetId: v.datasetId,
    name: v.name.trim() || undefined,
    methods: v.methods,
    depths: v.depths,
    seeds: seedsOf(v),
    factors: v.factors || undefined,
    sigmaStarts: needsFactors(v) && v.sigmaStarts.length > 0 ? v.sigmaStarts : undefined,
    denseCheckpointId: needsDense(v) ? (v.denseCheckpointId ?? undefined) : undefined,
    ...(fine === null ? {} : fine.startsWith('lg-') ? { learngeneId: fine } : { factorisedCheckpointId: fine }),
    ...shape,
    source: { steps: v.sourceSteps, learningRate: v.sourceLearningRate, seed: v.sourceSeed },
    adaptation: Object.fromEntries(adapting(v).flatMap((m) => (v.adaptation[m] ? [[m, v.adaptation[m]]] : []))),
    chargeAdaptation: v.chargeAdaptation,
    train: { steps: v.steps, batchSize: v.batchSize, learningRate: v.learningRate },
  };
}

export function toCommand(v: BenchValues): string {
  const request = toRequest({ ...v, datasetId: v.datasetId ?? 'DATASET' });
  const assigned = (key: 'steps' | 'learningRate') => {
    const parts = adapting(v).flatMap((m) => (v.adaptation[m]?.[key] === undefined ? [] : [`${m}=${v.adaptation[m][key]}`]));
    return parts.length > 0 ? parts.join(',') : null;
  };
  const starts = request?.sigmaStarts ?? ['line'];
  return commandLine('bench', {
    dataset: v.datasetId ?? 'DATASET', methods: v.methods.join(',') || 'METHODS', depths: v.depths.join(',') || 'DEPTHS', seeds: seedsOf(v).join(','), name: v.name.trim() || null,
    steps: v.steps, batch: v.batchSize, lr: v.learningRate,
    dense: request?.denseCheckpointId, learngene: request?.learngeneId, factorised: request?.factorisedCheckpointId,
    'source-steps': v.sourceSteps, 'source-lr': v.sourceLearningRate, 'source-seed': v.sourceSeed, hidden: request?.hiddenSize, 'source-depth': request?.sourceDepth, heads: request?.heads, patch: request?.patchSize,
    factors: v.factors, 'sigma-starts': starts.join() === 'line' ? null : starts.join(','), adapt: assigned('steps'), 'adapt-lr': assigned('learningRate'), uncharged: !v.chargeAdaptation,
  });
}
