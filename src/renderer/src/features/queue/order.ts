/** The order of waiting runs by their ids. */

/** `order` with `id` at index `to`, kept within the list; the same array when nothing moves. */
export function moved(order: string[], id: string, to: number): string[] {
  const from = order.indexOf(id);
  const target = Math.max(0, Math.min(order.length - 1, to));
  if (from < 0 || from === target) return order;
  return order.toSpliced(from, 1).toSpliced(target, 0, id);
}

/** The run in front of which `id` stands, as the host takes it; null at the end. */
export function beforeOf(order: readonly string[], id: string): string | null {
  return order[order.indexOf(id) + 1] ?? null;
}
