/** Names of shapes, and whole families to put into the table. */
import { OFFICIAL_PRESETS, PRESETS, SMALL_PRESETS } from '@shared/sizes';
import { usualDepths } from '../learngenes/reuse';
import { type Shape, shapeId } from './shape';

const NAMES = new Map(PRESETS.map((p) => [shapeId(p), p.label]));

/** "DiT-B/2", "Small", or the numbers. */
export function nameOf(shape: Shape): string {
  return NAMES.get(shapeId(shape)) ?? `${shape.hiddenSize} × ${shape.depth}, patch ${shape.patchSize}`;
}

export interface Family {
  label: string;
  shapes(current: Shape): readonly Shape[];
}

export const FAMILIES: readonly Family[] = [
  { label: 'This width at the usual depths', shapes: (s) => usualDepths(s.depth).map((depth) => ({ ...s, depth })) },
  { label: 'This depth at half and double width', shapes: (s) => [s.hiddenSize / 2, s.hiddenSize, s.hiddenSize * 2].filter((d) => d % 4 === 0 && d % s.heads === 0).map((hiddenSize) => ({ ...s, hiddenSize })) },
  { label: 'This size at other patch sizes', shapes: (s) => [2, 4, 8].map((patchSize) => ({ ...s, patchSize })) },
  { label: 'Small sizes for 32 × 32 pictures', shapes: () => SMALL_PRESETS },
  { label: 'Official DiT-S, B, L, XL', shapes: () => OFFICIAL_PRESETS },
];
