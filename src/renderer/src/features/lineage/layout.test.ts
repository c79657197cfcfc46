import { expect, it } from 'vitest';
import type { Lineage } from '@shared/entities';
import { layout, pathOf, withoutRuns, withoutShortcuts } from './layout';

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

it('draws runs that left something as edges, others as boxes', () => {
  const graph: Lineage = {
    nodes: [node('ds', 'dataset'), node('run-1', 'run'), node('ckpt-1', 'checkpoint'), node('run-2', 'run')],
    edges: [{ from: 'ds', to: 'run-1' }, { from: 'run-1', to: 'ckpt-1' }, { from: 'ds', to: 'run-2' }],
  };
  expect(withoutRuns(graph, undefined)).toEqual({ nodes: [graph.nodes[0], graph.nodes[2], graph.nodes[3]], edges: [{ from: 'ds', to: 'ckpt-1' }, { from: 'ds', to: 'run-2' }] });
  expect(withoutRuns(graph, 'run-1').nodes).toHaveLength(4);
});

it('leaves out an edge where a longer way leads', () => {
  const edges = [{ from: 'ds', to: 'ckpt' }, { from: 'ckpt', to: 'lg' }, { from: 'lg', to: 'size' }, { from: 'ds', to: 'size' }, { from: 'ds', to: 'other' }];
  const graph: Lineage = { nodes: [node('ds', 'dataset')], edges };
  expect(withoutShortcuts(graph).edges).toEqual([edges[0], edges[1], edges[2], edges[4]]);
});
