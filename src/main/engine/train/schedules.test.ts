import { describe, expect, it } from 'vitest';
import { counterRandom, STREAMS } from '../random';
import { batchSource, pictureOrder } from './batches';
import { DivergenceWatch } from './divergenceWatch';
import { decayAt } from './ema';
import { rateFactor } from './learningRate';
import { MetricsBuffer } from './metricsBuffer';
import { tinyConfig, tinyData, tinyTrain } from './testkit';
import { validationBatches } from './validation';

describe('rateFactor', () => {
  it('warms up on a line, then stays or falls along half a cosine', () => {
    const constant = { schedule: 'constant', warmupSteps: 4, steps: 12 } as const;
    expect([0, 1, 2, 3, 4, 11].map((step) => rateFactor(step, constant))).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    const cosine = { ...constant, schedule: 'cosine' } as const;
    expect(rateFactor(3, cosine)).toBe(1);
    expect(rateFactor(4, cosine)).toBe(1);
    expect(rateFactor(8, cosine)).toBeCloseTo(0.5, 12);
    expect(rateFactor(11, cosine)).toBeGreaterThan(0);
    expect(rateFactor(11, cosine)).toBeLessThan(0.05);
    expect(rateFactor(0, { schedule: 'cosine', warmupSteps: 0, steps: 1 })).toBe(1);
    expect(rateFactor(2, { schedule: 'cosine', warmupSteps: 50, steps: 3 })).toBeCloseTo(0.06, 12);
  });
});

describe('decayAt', () => {
  it('follows young weights closely and ends at the decay asked for', () => {
    expect(decayAt(0, 0.99, true)).toBeCloseTo(0.1, 12);
    expect(decayAt(100, 0.99, true)).toBeCloseTo(101 / 110, 12);
    expect(decayAt(1000, 0.99, true)).toBe(0.99);
    expect(decayAt(5, 0.3, true)).toBe(0.3);
    expect([0, 100, 1000].map((step) => decayAt(step, 0.99, false))).toEqual([0.99, 0.99, 0.99]);
  });
});

describe('batches', () => {
  it('show every picture once an epoch, across the borders of batches', () => {
    const order = pictureOrder(10, 5);
    const seen = [0, 1, 2, 3, 4].flatMap((step) => [...order(step, 4)]);
    for (const epoch of [seen.slice(0, 10), seen.slice(10)]) expect([...epoch].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seen.slice(0, 10)).not.toEqual(seen.slice(10));
    expect([...pictureOrder(3, 5)(7, 20)].every((index) => index < 3)).toBe(true);
    expect(order(2, 4)).toEqual(pictureOrder(10, 5)(2, 4));
  });

  const config = { timesteps: 100, nullClass: tinyConfig.numClasses };

  it('are the same numbers however an update is cut', () => {
    const [whole] = batchSource(tinyData(), { ...config, train: tinyTrain({ batchSize: 6 }) })(3);
    const parts = batchSource(tinyData(), { ...config, train: tinyTrain({ batchSize: 2, accumulate: 3 }) })(3);
    for (const key of ['x0', 'noise', 't', 'y'] as const) expect(parts.flatMap((part) => [...part[key]])).toEqual([...whole[key]]);
  });

  it('mirror half of the pictures and drop a share of the labels', () => {
    const data = tinyData(1, 0);
    const source = batchSource(data, { ...config, train: tinyTrain({ batchSize: 1000, labelDropout: 0.25 }) });
    const [{ x0, y, t }] = source(0);
    const each = x0.length / 1000;
    const plain = batchSource(data, { ...config, train: tinyTrain({ batchSize: 1, horizontalFlip: false }) })(0)[0].x0;
    const mirrored = Array.from({ length: 1000 }, (_, i) => x0[i * each] !== plain[0]).filter(Boolean).length;
    expect(mirrored).toBeGreaterThan(420);
    expect(mirrored).toBeLessThan(580);
    const width = tinyConfig.inputSize;
    for (let i = 0; i < 1000; i++) if (x0[i * each] !== plain[0]) expect(x0[i * each + width - 1]).toBe(plain[0]);
    const dropped = y.filter((label) => label === tinyConfig.numClasses).length;
    expect(dropped).toBeGreaterThan(180);
    expect(dropped).toBeLessThan(320);
    expect([Math.min(...t) < 5, Math.max(...t) > 94]).toEqual([true, true]);
  });
});

describe('validationBatches', () => {
  it('hold the same triples whatever the batch size, with timesteps over the whole process', () => {
    const data = tinyData(3, 4);
    const [all] = validationBatches(data, 1000, 10, 10);
    const cut = validationBatches(data, 1000, 10, 4);
    expect(cut).toHaveLength(3);
    for (const key of ['x0', 'noise', 't', 'y'] as const) {
      const joined = cut.flatMap((batch) => [...batch[key]]);
      expect(joined.slice(0, all[key].length)).toEqual([...all[key]]);
    }
    expect([...all.t].sort((a, b) => a - b)).toEqual([50, 150, 250, 350, 450, 550, 650, 750, 850, 950]);
    // The last batch is filled up with the first triples.
    expect(cut[2].t.slice(2)).toEqual(all.t.slice(0, 2));
  });
});

describe('DivergenceWatch', () => {
  it('warns once about a lasting rise, not about one spike, and goes on after a resume', () => {
    const steady = Array.from(counterRandom(1, STREAMS.metrics, 5).uniforms(100), (u) => 0.9 + 0.2 * u);
    const watch = new DivergenceWatch();
    steady[50] = 10;
    expect(steady.some((loss, i) => watch.observe(i + 1, loss))).toBe(false);
    const resumed = new DivergenceWatch(watch.snapshot());
    const alarms = Array.from({ length: 60 }, (_, i) => resumed.observe(101 + i, 8)).map((alarm, i) => (alarm ? i : -1)).filter((i) => i >= 0);
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toBeLessThan(10);
  });
});

describe('MetricsBuffer', () => {
  it('loses no row and gathers quick ones', () => {
    const calls: number[][] = [];
    const buffer = new MetricsBuffer((rows) => calls.push(rows.map(({ step }) => step)));
    for (let step = 1; step <= 500; step++) buffer.add({ step, wall: step, values: {} });
    buffer.flush();
    buffer.flush();
    expect(calls.flat()).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    expect(calls[0]).toEqual([1]);
    expect(calls.every((rows) => rows.length > 0)).toBe(true);
  });
});
