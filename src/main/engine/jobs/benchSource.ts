/** What a target of a comparison starts from, and its form before any training. */
import { AppError } from '../../../shared/errors';
import type { JobOf } from '../../../shared/worker';
import { readForm } from '../checkpoint/form';
import { readLearngene } from '../checkpoint/learngene';
import { bestWeights, readModel } from '../checkpoint/model';
import { requireSameShape } from '../initialize/blocks';
import { fineTarget } from '../initialize/fine';
import { initializationById } from '../initialize/registry';
import type { ModelForm, Source } from '../initialize/types';

/** Null for methods that need nothing. Throws as the readers do, and `invalid-input` for a checkpoint of the wrong kind. */
export async function readSource({ from, method }: JobOf<'bench'>): Promise<Source | null> {
  if (from === null) return null;
  switch (from.form) {
    case 'form':
      return readForm(from.file, method);
    case 'learngene':
      return readLearngene(from.file);
    case 'checkpoint': {
      const weights = bestWeights(await readModel(from.file));
      const wanted = method === 'fine' ? 'factorised' : 'dense';
      if ((weights.ranks ? 'factorised' : 'dense') !== wanted) throw new AppError('invalid-input', `${initializationById(method).label} starts from a ${wanted} checkpoint.`, { hint: `Choose a ${wanted} checkpoint as its source.`, field: 'methods' });
      return weights;
    }
    default:
      return from.form satisfies never;
  }
}

/** Throws `invalid-input` when the target differs from the source in a size that the method cannot change. */
export function targetForm({ method, model, train, sigmaStart }: JobOf<'bench'>, source: Source | null): ModelForm {
  if (method !== 'fine' || sigmaStart === null) return initializationById(method).target(source, model, train.seed);
  requireSameShape('FINE', source!, model);
  return fineTarget(source!, model, train.seed, sigmaStart);
}
