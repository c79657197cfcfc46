/** Readers of option values, each with a message that says what would be right. */
import { InvalidArgumentError } from 'commander';
import { BACKEND_IDS, WEIGHT_TYPES, ranksSchema, type BackendId, type Ranks } from '../../../shared/config';

export function whole(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return value;
}

export function positive(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Give a whole number, 1 or more.');
  return value;
}

export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number such as 0.001.');
  return value;
}

/** For an option that may be given several times or with commas: 4, 8 and "4,8" are the same. */
export function wholeList(text: string, previous: number[] = []): number[] {
  return [...previous, ...text.split(',').map(whole)];
}

/** "96", or a rank per type as "qkv=96,proj=48,fc1=96,fc2=96,adaLN=16". */
export function rank(text: string): number | Ranks {
  if (!text.includes('=')) return positive(text);
  const parsed = ranksSchema.safeParse(Object.fromEntries(text.split(',').map((part) => [part.split('=')[0]!.trim(), Number(part.split('=')[1])])));
  if (!parsed.success) throw new InvalidArgumentError(`Give one number, or a rank for each of ${WEIGHT_TYPES.join(', ')}, such as qkv=96,proj=48,fc1=96,fc2=96,adaLN=16.`);
  return parsed.data;
}

export function backend(text: string): BackendId {
  const found = BACKEND_IDS.find((id) => id === text);
  if (!found) throw new InvalidArgumentError(`Choose one of ${BACKEND_IDS.join(', ')}.`);
  return found;
}
