/** All points that the catalogue keeps of some lines, for a file: asked of the host piece by piece, as the window holds long lines coarsely. */
import { useCallback, useEffect, useRef } from 'react';
import type { Connection } from './connection';
import { useConnection } from './context';
import type { Point } from './series';
import type { Lines } from './zoom';

/** The most that one request gives. A step is written at most once, so as many steps hold no more points, and none is left out. */
const STEPS = 20_000;

/** The same runs with every point up to the last that the window knows of. `keys`: the metrics wanted; all when left out. */
export async function wholeLines(connection: Pick<Connection, 'call'>, lines: readonly Lines[], keys?: readonly string[]): Promise<Lines[]> {
  const whole: Lines[] = [];
  for (const { runId, series: held } of lines) {
    const last = Math.max(-1, ...[...held.values()].map((points) => points.at(-1)?.step ?? -1));
    const series = new Map<string, Point[]>();
    for (let from = 0; from <= last; from += STEPS) {
      const pieces = await connection.call('runs.series', { id: runId, maxPoints: STEPS, from, to: Math.min(last, from + STEPS - 1), ...(keys && { keys: [...keys] }) });
      for (const { key, points } of pieces) series.set(key, (series.get(key) ?? []).concat(points));
    }
    whole.push({ runId, series });
  }
  return whole;
}

/** Asks for the whole of `lines` and gives what `build` makes of it. The function stays the same while the lines grow. */
export function useWhole<T>(lines: readonly Lines[], build: (lines: readonly Lines[]) => T): (keys?: readonly string[]) => Promise<T> {
  const connection = useConnection();
  const latest = useRef({ lines, build });
  useEffect(() => {
    latest.current = { lines, build };
  });
  return useCallback(async (keys) => latest.current.build(await wholeLines(connection, latest.current.lines, keys)), [connection]);
}
