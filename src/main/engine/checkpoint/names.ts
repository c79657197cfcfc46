/** Are these the tensors of that model? Every difference is named, none is guessed away. */
import { AppError } from '../../../shared/errors';
import type { ParameterSpec } from '../model/parameters';

export interface Difference {
  missing: string[];
  unexpected: string[];
  /** As "name: expected [a,b], found [c,d]". */
  misshapen: string[];
}

export function compareTensors(expected: readonly ParameterSpec[], found: ReadonlyMap<string, readonly number[]>): Difference {
  const difference: Difference = { missing: [], unexpected: [], misshapen: [] };
  const known = new Set<string>();
  for (const { name, shape } of expected) {
    known.add(name);
    const actual = found.get(name);
    if (!actual) difference.missing.push(name);
    else if (actual.length !== shape.length || actual.some((dim, axis) => dim !== shape[axis])) difference.misshapen.push(`${name}: expected [${shape}], found [${actual}]`);
  }
  for (const name of found.keys()) if (!known.has(name)) difference.unexpected.push(name);
  return difference;
}

const LISTED = 20;

function list(title: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > LISTED ? `, and ${names.length - LISTED} more` : '';
  return `${title} (${names.length}): ${names.slice(0, LISTED).join(', ')}${more}.`;
}

/** Throws `AppError('format')` that lists missing, unexpected and mis-shaped names (all of them in `details`). */
export function assertTensors(file: string, expected: readonly ParameterSpec[], found: ReadonlyMap<string, readonly number[]>): void {
  const difference = compareTensors(expected, found);
  const { missing, unexpected, misshapen } = difference;
  if (missing.length + unexpected.length + misshapen.length === 0) return;
  throw new AppError('format', [`${file} does not hold the tensors of this model.`, list('Missing', missing), list('Unexpected', unexpected), list('Of another shape', misshapen)].filter(Boolean).join(' '), {
    cause: 'The configuration describes another model than the one that was saved, or the file is of another kind.',
    hint: 'Check depth, hidden size, patch size, channels, classes and learn_sigma against the model that was saved.',
    details: difference,
  });
}
