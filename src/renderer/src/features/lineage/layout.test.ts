import { expect, it } from 'vitest';
import type { Lineage } from '@shared/entities';
import { layout, pathOf } from './layout';

const node = (id: string, type: Lineage['nodes'][number]['type']) => ({ id, type, label: id, detail: '' });

it('puts what something was made from to its left', () => {
  const places = layout({ nodes: [node('ckpt', 'checkpoint'), node('ds', 'dataset'), node('run', 'run')], edges: [{ from: 'ds', to: 'run' }, { from: 'run', to: 'ckpt' }] });
  expect(places.get('ds')!.x).toBeLessThan(places.get('run')!.x);
  expect(places.get('run')!.x).toBeLessThan(places.get('ckpt')!.x);
});

it('lays boxes without edges apart', () => {
  const places = [...layout({ nodes: [node('a', 'dataset'), node('b', 'dataset')], edges: [] }).values()];
  expect(places[0]).not.toEqual(places[1]);
});

it('leads to the screen of each kind', () => {
  expect(pathOf(node('lg-1', 'learngene'))).toBe('/learngenes/lg-1');
  expect(pathOf(node('exp-1', 'export'))).toBe('/exports/exp-1');
});
