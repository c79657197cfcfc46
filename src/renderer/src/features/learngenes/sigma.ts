/** From analysed sigma to what charts draw. */
import { WEIGHT_TYPES, type WeightType } from '@shared/config';
import type { Axis, ChartSeries } from '../../components/chart/types';

export type SigmaOfModel = Readonly<Record<string, readonly (readonly number[])[]>>;

/** There is no layer one and a half, whatever ticks a chart finds nice. */
export const LAYER_AXIS: Axis = { label: 'Layer', format: (v) => (Number.isInteger(v) ? String(v) : '') };

const rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

/** Root mean square of sigma per layer (from 1), one line per type. */
export function perLayer(sigma: SigmaOfModel): ChartSeries[] {
  return WEIGHT_TYPES.map((type) => ({ key: type, label: type, exact: true, dots: true, points: (sigma[type] ?? []).map((layer, l) => ({ x: l + 1, y: rms(layer) })) }));
}

/** Size of each component over all layers, largest first, one line per type: how much of the rank is used. */
export function spectrum(sigma: SigmaOfModel): ChartSeries[] {
  return WEIGHT_TYPES.map((type) => {
    const layers = sigma[type] ?? [];
    const sizes = (layers[0] ?? []).map((_, k) => rms(layers.map((layer) => layer[k]))).toSorted((a, b) => b - a);
    return { key: type, label: type, exact: true, points: sizes.map((y, k) => ({ x: k + 1, y })) };
  });
}

/** Components of which the largest hold 99 % of sigma's energy. */
export function effectiveRank(sigma: SigmaOfModel, type: WeightType): number {
  const energies = (sigma[type]?.[0] ?? []).map((_, k) => sigma[type].reduce((sum, layer) => sum + layer[k] ** 2, 0)).toSorted((a, b) => b - a);
  const total = energies.reduce((a, b) => a + b, 0);
  let sum = 0;
  const at = energies.findIndex((e) => (sum += e) >= 0.99 * total);
  return at + 1;
}
