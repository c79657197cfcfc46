/** Identifiers: a prefix that says what it is, and 50 random bits in lower-case letters and digits that are hard to misread. */
import { randomBytes } from 'node:crypto';

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz0';

export type IdPrefix = 'ds' | 'run' | 'ckpt' | 'lg' | 'smp' | 'exp' | 'eval' | 'grp' | 'task';

export function newId(prefix: IdPrefix): string {
  return `${prefix}-${Array.from(randomBytes(10), (byte) => ALPHABET[byte & 31]).join('')}`;
}
