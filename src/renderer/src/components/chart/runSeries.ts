/** From metric points of a run to chart points on a chosen x axis. */
import type { Run } from '@shared/entities';
import type { Point } from '../../client/series';
import { formatDuration } from '../../format/format';
import type { XAxis } from './settings';
import type { Axis, ChartPoint } from './types';

/** What one step of a run means, from its frozen configuration. */
export interface StepScale {
  imagesPerStep: number;
  /** Training images of the dataset; null when it is gone. */
  datasetImages: number | null;
  /** When the run was at work; pauses lie between. */
  sittings: Run['sittings'];
}

export function stepScale(run: Run, datasetImages: number | null): StepScale {
  const train = run.config.train as { batchSize?: number; accumulate?: number } | undefined;
  return { imagesPerStep: (train?.batchSize ?? 1) * (train?.accumulate ?? 1), datasetImages, sittings: run.sittings };
}

/** Milliseconds on the wall since the first start of a run, of a point after so much time of work. */
function sinceStart(work: number, sittings: Run['sittings']): number {
  const sitting = sittings.findLast(({ elapsedMs }) => elapsedMs <= work);
  return sitting ? sitting.at - sittings[0].at + work - sitting.elapsedMs : work;
}

/** Where a point lies on the axis. */
export function xOnAxis(point: Pick<Point, 'step' | 'wall'>, axis: XAxis, scale: StepScale): number {
  switch (axis) {
    case 'step': return point.step;
    case 'time': return point.wall;
    case 'clock': return sinceStart(point.wall, scale.sittings);
    case 'images': return point.step * scale.imagesPerStep;
    case 'epoch': return (point.step * scale.imagesPerStep) / (scale.datasetImages ?? 1);
    default: return axis satisfies never;
  }
}

export function toChartPoints(points: readonly Point[], axis: XAxis, scale: StepScale): ChartPoint[] {
  return points.map((p) => ({ x: xOnAxis(p, axis, scale), y: p.value }));
}

/** Says nothing where the title of the chart says what is shown. */
export const BARE_AXIS: Axis = { label: '' };

export const X_AXIS_SPECS: Record<XAxis, Axis> = {
  step: { label: 'Step', whole: true },
  epoch: { label: 'Epoch', format: (v) => v.toFixed(v < 10 ? 2 : 1) },
  time: { label: 'Time of work', format: formatDuration, clock: true },
  clock: { label: 'Time since start', format: formatDuration, clock: true },
  images: { label: 'Images seen', whole: true },
};
