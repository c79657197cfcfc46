import { expect, it } from 'vitest';
import { effectiveRank, perLayer, spectrum } from './sigma';

const sigma = { qkv: [[3, 4, 0], [0, 4, 0]], proj: [], fc1: [], fc2: [], adaLN: [] };

it('gives the root mean square per layer, counted from one', () => {
  expect(perLayer(sigma)[0].points).toEqual([{ x: 1, y: Math.sqrt(25 / 3) }, { x: 2, y: Math.sqrt(16 / 3) }]);
});

it('orders the spectrum by size over all layers', () => {
  expect(spectrum(sigma)[0].points.map((p) => p.y)).toEqual([4, Math.sqrt(4.5), 0]);
  expect(spectrum(sigma)[1].points).toEqual([]);
});

it('counts the components that matter', () => {
  expect(effectiveRank(sigma, 'qkv')).toBe(2);
  expect(effectiveRank({ ...sigma, qkv: [[10, 0.1, 0.1]] }, 'qkv')).toBe(1);
});
