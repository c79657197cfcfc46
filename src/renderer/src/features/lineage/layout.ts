/** Places for the boxes of the lineage graph, from left to right: what something was made from stands to its left. */
import { Graph, layout as place } from '@dagrejs/dagre';
import type { Lineage } from '@shared/entities';

export const BOX = { width: 252, height: 58 } as const;

export function layout({ nodes, edges }: Lineage): Map<string, { x: number; y: number }> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 26, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { ...BOX });
  for (const { from, to } of edges) graph.setEdge(from, to);
  place(graph);
  return new Map(nodes.map(({ id }) => {
    const { x, y } = graph.node(id);
    return [id, { x: x - BOX.width / 2, y: y - BOX.height / 2 }];
  }));
}

/** The graph with every run that left something drawn as an edge: what it started from leads straight to what it left. `keep` stays. */
export function withoutRuns({ nodes, edges }: Lineage, keep: string | undefined): Lineage {
  const made = new Map(Map.groupBy(edges, (e) => e.from));
  const hidden = new Set(nodes.filter((n) => n.type === 'run' && n.id !== keep && made.has(n.id)).map((n) => n.id));
  const drawn = edges.flatMap((e) => (hidden.has(e.from) ? [] : hidden.has(e.to) ? made.get(e.to)!.map(({ to }) => ({ from: e.from, to })) : [e]));
  // Two runs between the same things are one edge.
  const once = new Map(drawn.map((e) => [`${e.from} ${e.to}`, e]));
  return { nodes: nodes.filter((n) => !hidden.has(n.id)), edges: [...once.values()] };
}

/** The graph without edges that a longer way says as well: data leads to what was made from its learngenes through these. */
export function withoutShortcuts({ nodes, edges }: Lineage): Lineage {
  const next = Map.groupBy(edges, (e) => e.from);
  const isReached = (from: string, to: string): boolean => {
    const seen = new Set<string>();
    const open = (next.get(from) ?? []).map((e) => e.to).filter((id) => id !== to);
    while (open.length > 0) {
      const at = open.pop()!;
      if (at === to) return true;
      if (seen.has(at)) continue;
      seen.add(at);
      open.push(...(next.get(at) ?? []).map((e) => e.to));
    }
    return false;
  };
  return { nodes, edges: edges.filter(({ from, to }) => !isReached(from, to)) };
}

const PATHS: Record<Lineage['nodes'][number]['type'], string> = { dataset: '/data', run: '/runs', checkpoint: '/checkpoints', learngene: '/learngenes', export: '/exports' };

export function pathOf({ id, type }: Lineage['nodes'][number]): string {
  return `${PATHS[type]}/${id}`;
}
