/** What all charts of a page share: smoothing, scales, the x axis, the part that is zoomed into. */
import { useMemo, useState } from 'react';
import { useKept } from '../../client/settings';

export const X_AXES = ['step', 'epoch', 'time', 'clock', 'images'] as const;
export type XAxis = (typeof X_AXES)[number];
export const X_AXIS_LABELS: Record<XAxis, string> = { step: 'Step', epoch: 'Epoch', time: 'Time of work', clock: 'Time since start', images: 'Images seen' };

interface Kept {
  smoothing: number;
  xAxis: XAxis;
  logX: boolean;
  logY: boolean;
}

export interface ChartSettings extends Kept {
  zoom: readonly [number, number] | null;
  set(change: Partial<Kept>): void;
  setZoom(zoom: readonly [number, number] | null): void;
  /** Charts with the same id share the crosshair. */
  syncId: string;
}

const USUAL: Kept = { smoothing: 0.8, xAxis: 'step', logX: false, logY: false };

/** `keep`: the name under which the choices of this page are remembered. */
export function useChartSettings(keep: string): ChartSettings {
  const [kept, setKept] = useKept<Kept>(`charts.${keep}`, USUAL);
  const [zoom, setZoom] = useState<readonly [number, number] | null>(null);
  // The same object until a choice changes, so that a chart with nothing new is not drawn again.
  return useMemo(
    () => ({
      ...kept,
      zoom,
      set: (change) => {
        if (change.xAxis && change.xAxis !== kept.xAxis) setZoom(null);
        setKept((before) => ({ ...before, ...change }));
      },
      setZoom,
      syncId: keep,
    }),
    [kept, zoom, setKept, keep],
  );
}
