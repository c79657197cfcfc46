/** What stands against a comparison of initialisations, beside the field that it belongs to. */
import type { DiffusionConfig, DiTConfig } from '../../shared/config';
import type { Checkpoint, Dataset, Learngene } from '../../shared/entities';
import type { benchParams } from '../../shared/protocol';
import type { z } from 'zod';
import { checkpoints, learngenes } from '../catalog';
import type { HostContext } from './context';
import { fitProblems, type Problem } from './run-specs';

export type BenchParams = z.output<typeof benchParams>;

const MOST_RUNS = 500;

/** What a person chose to start from; null where a source is left to be trained. */
export interface Chosen {
  dense: Checkpoint | null;
  factorised: Checkpoint | null;
  learngene: Learngene | null;
  /** All of them alike. */
  given: Given[];
}

/** A chosen source: its parameter, and what it holds; 0 steps when they are not known. */
export interface Given {
  field: 'denseCheckpointId' | 'learngeneId' | 'factorisedCheckpointId';
  name: string;
  model: DiTConfig;
  diffusion: DiffusionConfig;
  steps: number;
}

/** Throws `not-found` for unknown ids. */
export function chosenSources({ catalog }: Pick<HostContext, 'catalog'>, p: BenchParams): Chosen {
  const checkpoint = (field: 'denseCheckpointId' | 'factorisedCheckpointId') => (p[field] === undefined ? null : checkpoints.get(catalog, p[field], field));
  const dense = checkpoint('denseCheckpointId');
  const factorised = checkpoint('factorisedCheckpointId');
  const learngene = p.learngeneId === undefined ? null : learngenes.get(catalog, p.learngeneId, 'learngeneId');
  const given: Given[] = [];
  if (dense) given.push({ field: 'denseCheckpointId', name: dense.name, model: dense.model, diffusion: dense.diffusion, steps: dense.step });
  if (learngene?.model && learngene.diffusion) {
    const steps = learngene.checkpointId === null ? 0 : (checkpoints.find(catalog, learngene.checkpointId)?.step ?? 0);
    given.push({ field: 'learngeneId', name: learngene.name, model: learngene.model, diffusion: learngene.diffusion, steps });
  }
  if (factorised) given.push({ field: 'factorisedCheckpointId', name: factorised.name, model: factorised.model, diffusion: factorised.diffusion, steps: factorised.step });
  return { dense, factorised, learngene, given };
}

export function benchProblems(p: BenchParams, chosen: Chosen, dataset: Dataset): Problem[] {
  return [...requestProblems(p, chosen), ...sourceProblems(p, chosen.given, dataset)];
}

function requestProblems(p: BenchParams, { dense, factorised, learngene }: Chosen): Problem[] {
  const problems: Problem[] = [];
  for (const field of ['methods', 'depths', 'seeds', 'sigmaStarts'] as const) {
    const twice = (p[field] as readonly unknown[]).find((value, i, all) => all.indexOf(value) !== i);
    if (twice !== undefined) problems.push({ field, message: `${String(twice)} is given twice.`, hint: 'Give each once.' });
  }
  const rows = p.methods.length + (p.methods.includes('fine') ? p.sigmaStarts.length - 1 : 0) + (p.factors ? 1 : 0);
  const count = rows * p.depths.length * p.seeds.length;
  if (count > MOST_RUNS) problems.push({ field: 'methods', message: `These are ${count} runs; at most ${MOST_RUNS} fit one comparison.`, hint: 'Choose fewer methods, depths or seeds.' });
  if (dense && dense.form !== 'dense') problems.push({ field: 'denseCheckpointId', message: `${dense.name} is factorised.`, hint: 'Choose a dense checkpoint, or none: one is trained first then.' });
  if (factorised && factorised.form !== 'factorised') problems.push({ field: 'factorisedCheckpointId', message: `${factorised.name} is dense: FINE starts from shared factors.`, hint: 'Extract a learngene from it, or choose a factorised checkpoint.' });
  if (factorised && learngene) problems.push({ field: 'factorisedCheckpointId', message: 'FINE starts from a learngene or from a factorised checkpoint, not from both.', hint: 'Leave one of them out.' });
  for (const [field, thing] of [['denseCheckpointId', dense], ['factorisedCheckpointId', factorised], ['learngeneId', learngene]] as const)
    if (thing && thing.trashedAt !== null) problems.push({ field, message: `${thing.name} is in the trash.`, hint: 'Restore it first.' });
  if (learngene && !learngene.model) problems.push({ field: 'learngeneId', message: `What model ${learngene.name} comes from is no longer known.`, hint: 'Import the learngene’s file again: it describes itself.' });
  return problems;
}

const SAME = [['hiddenSize', 'hidden size'], ['heads', 'heads'], ['patchSize', 'patch size'], ['inputSize', 'picture size'], ['mlpRatio', 'MLP ratio'], ['learnSigma', 'learned variance']] as const;

/** All rows are one model but for the depth, on pictures that every source knows. */
function sourceProblems(p: BenchParams, given: readonly Given[], dataset: Dataset): Problem[] {
  const problems: Problem[] = [];
  const [first, ...others] = given;
  for (const { field, name, model } of given) {
    problems.push(...fitProblems(model, dataset, field === 'learngeneId' ? 'learngene' : 'checkpoint'));
    if (model.numClasses !== dataset.classes.length)
      problems.push({ field, message: `${name} knows ${model.numClasses} classes and the dataset ${dataset.name} has ${dataset.classes.length}.`, hint: 'Choose the pictures that it was trained on.' });
  }
  for (const other of others) {
    const differs = SAME.find(([key]) => other.model[key] !== first!.model[key]);
    if (differs) problems.push({ field: other.field, message: `${other.name} has ${differs[1]} ${String(other.model[differs[0]])} and ${first!.name} ${String(first!.model[differs[0]])}: they cannot start the same model.`, hint: 'Choose sources of one shape, or leave one out.' });
    if (JSON.stringify(Object.entries(other.diffusion).sort()) !== JSON.stringify(Object.entries(first!.diffusion).sort()))
      problems.push({ field: other.field, message: `${other.name} was trained for another noise process than ${first!.name}: their losses cannot be compared.`, hint: 'Choose sources that were trained alike.' });
  }
  const asked = { hiddenSize: p.hiddenSize, heads: p.heads, patchSize: p.patchSize };
  if (first)
    for (const [key, value] of Object.entries(asked) as [keyof typeof asked, number | undefined][])
      if (value !== undefined && value !== first.model[key]) problems.push({ field: key, message: `${first.name} has ${first.model[key]}, not ${value}.`, hint: 'Leave it out, or choose no source.' });
  return problems;
}
