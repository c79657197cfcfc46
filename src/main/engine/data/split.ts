/** Which pictures are held out: the same ones on every machine and whenever the same pictures are prepared again. */
import { createHash } from 'node:crypto';

/**
 * A tenth of every class (rounded), chosen by the SHA-256 of each picture's identifier; at least one picture overall when
 * there are two or more, so that a validation loss always exists. Returns ascending indices.
 * `labels[i]` is the class of `ids[i]`.
 */
export function splitHeldOut(ids: readonly string[], labels: ArrayLike<number>): number[] {
  const keys = ids.map((id) => createHash('sha256').update(id).digest('hex'));
  const byKey = (a: number, b: number): number => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b);
  const classes = new Map<number, number[]>();
  for (let i = 0; i < ids.length; i++) {
    const members = classes.get(labels[i]);
    if (members) members.push(i);
    else classes.set(labels[i], [i]);
  }
  const heldOut = [...classes.values()].flatMap((members) => members.sort(byKey).slice(0, Math.round(members.length / 10)));
  if (heldOut.length === 0 && ids.length >= 2) heldOut.push(ids.map((_, i) => i).sort(byKey)[0]);
  return heldOut.sort((a, b) => a - b);
}
