/** Which of several points no other beats in both directions. */

export interface Direction {
  x: 'least' | 'most';
  y: 'least' | 'most';
}

/** True for points than which none is at least as good on both axes and better on one. O(n^2), for tens of points. */
export function paretoFront(points: readonly { x: number; y: number }[], direction: Direction): boolean[] {
  const better = (a: number, b: number, want: 'least' | 'most') => (want === 'least' ? a < b : a > b);
  return points.map((p) => !points.some((q) => {
    const noWorse = !better(p.x, q.x, direction.x) && !better(p.y, q.y, direction.y);
    return noWorse && (better(q.x, p.x, direction.x) || better(q.y, p.y, direction.y));
  }));
}
