/** A catalogue as after years of work: many runs, one of them very long. Written with the catalogue's own functions. */
import type { Dataset, Run } from '../../src/shared/entities';
import { appendMetrics, datasets, insertRun, setPrepared, write, type Catalog, type MetricRow } from '../../src/main/catalog';

export const RUNS = 5000;
export const LONG_RUN = 'run-long';
export const POINTS = 1_000_000;
/** One point of the million, far above its neighbours. */
export const SPIKE = { step: 617_283, value: 42 };
export const DATASET = 'ds-bench';

const DAY = 86_400_000;
const CHUNK = 20_000;

export function addDataset(catalog: Catalog): void {
  const dataset: Dataset = {
    id: DATASET, name: 'Pictures', kind: 'folder', source: 'pictures', size: 32, channels: 3, space: 'pixels', scale: 1, decoder: null, images: 2000, heldOut: 200, classes: [{ name: 'a', images: 1000 }, { name: 'b', images: 1000 }],
    skipped: [], mean: [0, 0, 0], std: [1, 1, 1], bytes: 6_000_000, preview: null, attribution: null, createdAt: Date.now() - 400 * DAY, trashedAt: null,
  };
  datasets.insert(catalog, dataset);
  setPrepared(catalog, DATASET, true);
}

/** @param example a run as the host made it, whose configuration the others vary */
export function addRuns(catalog: Catalog, example: Run): void {
  const now = Date.now();
  const config = example.config as { model: object; train: object };
  const variant = (i: number): Run => ({
    ...example,
    id: `run-${String(i).padStart(5, '0')}`,
    name: `Width ${64 + 32 * (i % 8)}, depth ${2 + (i % 11)}, trial ${i}`,
    status: i % 29 === 0 ? 'failed' : 'completed',
    config: { ...config, model: { ...config.model, hiddenSize: 64 + 32 * (i % 8), depth: 2 + (i % 11) }, train: { ...config.train, seed: i } },
    configHash: `h${i}`,
    step: 2000, steps: 2000, queuePosition: null, startedAt: now - i * 3_600_000, endedAt: now - i * 3_600_000 + 600_000, createdAt: now - i * 3_600_000, elapsedMs: 600_000,
    tags: i % 5 === 0 ? ['baseline'] : [], folder: i % 3 === 0 ? 'ablation/width' : '', starred: i % 97 === 0,
  });
  for (let from = 0; from < RUNS; from += 500) {
    write(catalog, () => {
      for (let i = from; i < from + 500; i++) {
        insertRun(catalog, variant(i));
        appendMetrics(catalog, variant(i).id, [0, 1000, 2000].map((step) => ({ step, wall: step * 300, values: { loss: 1 / (1 + step / 500) + (i % 100) / 1000, gradNorm: 0.3, imagesPerSecond: 800 + (i % 50) } })));
      }
    });
  }
}

export function addLongRun(catalog: Catalog, example: Run): void {
  insertRun(catalog, { ...example, id: LONG_RUN, name: 'A million steps', status: 'completed', step: POINTS, steps: POINTS, queuePosition: null, startedAt: Date.now() - DAY, endedAt: Date.now(), elapsedMs: DAY });
  for (let from = 1; from <= POINTS; from += CHUNK) {
    const rows: MetricRow[] = Array.from({ length: CHUNK }, (_, i) => {
      const step = from + i;
      return { step, wall: step * 80, values: { loss: step === SPIKE.step ? SPIKE.value : 0.2 + 1 / (1 + step / 20_000) + 0.05 * Math.sin(step * 12.9898) } };
    });
    appendMetrics(catalog, LONG_RUN, rows);
  }
}
