import { describe, expect, it } from 'vitest';
import { pixelComponents, projectPixels } from '../../bench/paper/pixelComponents';
import { fullPlan, smokePlan, standardPlan } from '../../bench/paper/plan';
import { lineChart } from '../../bench/paper/plot';
import { figure, heldByChance, ordering, pooledSpread, show } from '../../bench/paper/statistics';
import type { Pool } from '../../bench/paper/pool';
import { VARIANTS, parseSeeds, showSeeds, study } from '../../bench/paper/study';
import { type SourceTask, type Task, keyOf } from '../../bench/paper/tasks';
import { FREE, SOURCES, TRIAL_SETTING } from '../../bench/paper/trial/rows';
import { initializationById } from '../../src/main/engine/initialize/registry';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import { getBackend } from '../../src/main/engine/tensor/backends';

describe('the paper comparison', () => {
  it('calls an ordering held only when all seeds agree', () => {
    expect(ordering(figure([1, 2]), figure([3, 4]))).toBe('held');
    expect(ordering(figure([1, 3.5]), figure([3, 4]))).toBe('unclear');
    expect(ordering(figure([5, 6]), figure([3, 4]))).toBe('did not hold');
    expect(pooledSpread([figure([1, 3]), figure([5, 5])])).toBeCloseTo(1);
    expect([heldByChance(1, 1), heldByChance(2, 2), heldByChance(3, 3)]).toEqual([1 / 2, expect.closeTo(1 / 6), expect.closeTo(1 / 20)]);
    expect(show(figure([1, 3]), 2)).toBe('2.00 ± 1.41');
    expect(show(figure([1]), 1)).toBe('1.0');
  });

  it('fits its steps to the time and leaves free steps after charging the adaptation', () => {
    const [short, long] = [standardPlan(20, 2, 10), standardPlan(40, 2, 10)];
    expect(long.pretrainSteps).toBeGreaterThan(1.8 * short.pretrainSteps);
    for (const plan of [short, long, standardPlan(0.1, 1, 100), fullPlan(), smokePlan()]) {
      expect(plan.adaptSteps).toBeLessThanOrEqual(plan.targetSteps / 2);
      for (const method of plan.methods) expect(initializationById(method).id).toBe(method);
      for (const needed of ['scratch', 'svd', 'tleg', 'fine']) expect(plan.methods).toContain(needed);
      expect(plan.depths).toContain(plan.ablationDepth);
    }
  });

  it('names a stage by everything that decides it', () => {
    const { model: config, recipe } = smokePlan();
    const task = { kind: 'source', method: 'fine', config, recipe, steps: 5, learningRate: 1e-3, seed: 0 } as const;
    expect(keyOf(task)).toBe(keyOf({ ...task }));
    for (const other of [{ ...task, seed: 1 }, { ...task, recipe: { ...recipe, batchSize: 4 } }, { ...task, config: { ...config, depth: 9 } }]) expect(keyOf(other)).not.toBe(keyOf(task));
  });

  it('changes one thing at a time, and nothing for the recipe as it is', async () => {
    const asked: Task[] = [];
    const pool = { run: async (task: Task) => void asked.push(task) } as unknown as Pool;
    const stages = async (label: string) => {
      asked.length = 0;
      const variants = VARIANTS.filter((variant) => variant.label.startsWith(label)).slice(0, 1);
      await study(TRIAL_SETTING, pool, variants, [{ source: 0, target: 0 }], () => undefined);
      return asked.map(keyOf);
    };
    // The trial's own rows, so that they are not run again.
    const [features, source, target] = await stages('FINE, as it is');
    expect([source, target]).toEqual([keyOf(SOURCES[2].task), keyOf(FREE[0].tasks[0])]);
    expect(await stages('FINE, embedders')).toEqual([features, source, expect.not.stringMatching(target)]);
    await stages('FINE, adaLN zero through sigma');
    expect(asked[1]).toMatchObject({ ...SOURCES[2].task, factors: { adaLNZero: 'sigma' }, probes: { sampledAt: [3000] } });
    const annealed = await stages('FINE, phase 1 a sixth longer');
    expect(annealed.slice(0, 2)).toEqual([features, source]);
    expect(asked[2]).toMatchObject({ steps: 500, schedule: 'cosine', continues: SOURCES[2].task });
    expect(asked[3]).toMatchObject({ source: asked[2] });
    const weighted = await stages('FINE, min-SNR in phase 1');
    const relaxed = await stages('FINE, min-SNR in phase 1, a sixth longer without it');
    expect(relaxed.slice(0, 2)).toEqual(weighted.slice(0, 2));
    expect((asked[2] as SourceTask).lossWeighting).toBeUndefined();
    expect(['0', '0:1'].map((text) => showSeeds(parseSeeds(text)))).toEqual(['0', '0:1']);
    expect(() => parseSeeds('a')).toThrow();
  });

  it('finds the principal components of pictures that have few', async () => {
    const [count, dimension] = [300, 12];
    const z = counterRandom(1, STREAMS.metrics, 0).normals(count * 2);
    // Two directions of deviations 3 and 1, everything else constant.
    const images = Float32Array.from({ length: count * dimension }, (_, i) => (i % dimension === 4 ? 3 * z[2 * Math.floor(i / dimension)] : i % dimension === 7 ? z[2 * Math.floor(i / dimension) + 1] : 0.5));
    const components = await pixelComponents(images, dimension, getBackend('tfjs-cpu'));
    const kept = components.basis.shape[1];
    expect(Math.abs(components.basis.data[4 * kept])).toBeGreaterThan(0.99);
    expect(Math.abs(components.basis.data[7 * kept + 1])).toBeGreaterThan(0.99);
    const { data } = projectPixels(components, images);
    const square = Array.from({ length: count }, (_, i) => data[i * kept] ** 2).reduce((a, b) => a + b, 0) / count;
    expect(Math.abs(square / 9 - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  });

  it('draws finite coordinates, also for a flat line', () => {
    const svg = lineChart('A < B', 'x', 'y', [{ label: 'flat & "quoted"', points: [{ x: 1, y: 2 }, { x: 2, y: 2, low: 2, high: 2 }] }]);
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(svg).toContain('A &lt; B');
    expect(svg).toContain('flat &amp; &quot;quoted&quot;');
  });
});
