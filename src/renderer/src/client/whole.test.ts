import type { ParamsIn, Result } from '@shared/protocol';
import { expect, it } from 'vitest';
import type { Point } from './series';
import { wholeLines } from './whole';

/** A host with a point per step, which refuses what the real one refuses and thins what the real one thins. */
function hostWith(runs: Record<string, number>) {
  const asked: ParamsIn<'runs.series'>[] = [];
  const call = async (_method: string, params: ParamsIn<'runs.series'>): Promise<Result<'runs.series'>> => {
    asked.push(params);
    const { id, keys = ['loss'], maxPoints = 600, from = -Infinity, to = Infinity } = params;
    const steps = Array.from({ length: runs[id] }, (_, i) => i + 1).filter((step) => step >= from && step <= to);
    const thinned = steps.length > maxPoints;
    return keys.map((key) => ({ key, total: steps.length, downsampled: thinned, points: (thinned ? steps.slice(0, maxPoints) : steps).map((step) => ({ step, value: 1 / step, wall: step })) }));
  };
  return { call: call as never, asked };
}
const held = (...steps: number[]): Map<string, Point[]> => new Map([['loss', steps.map((step) => ({ step, value: 0, wall: 0 }))]]);

it('gives every point of a run that is longer than one request, in its order', async () => {
  const [whole] = await wholeLines(hostWith({ a: 50_001 }), [{ runId: 'a', series: held(1, 300, 50_001) }]);
  const steps = whole.series.get('loss')!.map((p) => p.step);
  expect(steps).toEqual(Array.from({ length: 50_001 }, (_, i) => i + 1));
});

it('ends where the window does, and asks for the wanted metrics of each run alone', async () => {
  const host = hostWith({ a: 900, b: 40 });
  const lines = await wholeLines(host, [{ runId: 'a', series: held(1, 700) }, { runId: 'b', series: held(40) }, { runId: 'c', series: new Map() }], ['loss']);
  expect(lines.map((l) => l.series.get('loss')?.length)).toEqual([700, 40, undefined]);
  expect(host.asked.map(({ id, keys, to }) => [id, keys, to])).toEqual([['a', ['loss'], 700], ['b', ['loss'], 40]]);
});
