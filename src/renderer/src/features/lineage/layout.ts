/** Places for the boxes of the lineage graph, from left to right: what something was made from stands to its left. */
import dagre from '@dagrejs/dagre';
import type { Lineage } from '@shared/entities';

export const BOX = { width: 196, height: 58 } as const;

export function layout({ nodes, edges }: Lineage): Map<string, { x: number; y: number }> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 64, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { ...BOX });
  for (const { from, to } of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  return new Map(nodes.map(({ id }) => {
    const { x, y } = graph.node(id);
    return [id, { x: x - BOX.width / 2, y: y - BOX.height / 2 }];
  }));
}

const PATHS: Record<Lineage['nodes'][number]['type'], string> = { dataset: '/data', run: '/runs', checkpoint: '/checkpoints', learngene: '/learngenes', export: '/exports' };

export function pathOf({ id, type }: Lineage['nodes'][number]): string {
  return `${PATHS[type]}/${id}`;
}
