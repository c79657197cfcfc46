/** What was made from what: a graph to click through, and the same as a table. */
import { Chip, SegmentedControl, Table, Text, useComputedColorScheme } from '@mantine/core';
import { IconBinaryTree2 } from '@tabler/icons-react';
import { Background, Controls, type Edge, ReactFlow } from '@xyflow/react';
import { useMemo, useState } from 'react';
import type { Lineage } from '@shared/entities';
import { useScreenSearch } from '../../app/router';
import { useCall } from '../../client/hooks';
import { EmptyState } from '../../components/EmptyState';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { layout, pathOf, withoutRuns, withoutShortcuts } from './layout';
import classes from './Lineage.module.css';
import { type BoxNode, LineageBox, TYPE_WORDS } from './LineageBox';

const NODE_TYPES = { box: LineageBox };

export default function LineagePage() {
  const search = useScreenSearch();
  const id = typeof search.id === 'string' ? search.id : undefined;
  const lineage = useCall('lineage.get', id ? { id } : {});
  const [view, setView] = useState('graph');
  const [runs, setRuns] = useState(false);
  const about = lineage.data?.nodes.find((n) => n.id === id);
  return (
    <Page
      title="Lineage"
      lead={about ? <>What {about.label} was made from, and what was made from it. <TextLink to="/lineage">Show everything</TextLink></> : 'From data to exports: what was made from what. Every box leads to its screen.'}
      actions={
        <>
          <Chip size="sm" checked={runs} onChange={setRuns}>Runs as boxes</Chip>
          <SegmentedControl aria-label="View" value={view} onChange={setView} data={[{ value: 'graph', label: 'Graph' }, { value: 'table', label: 'Table' }]} />
        </>
      }
    >
      <Loaded query={lineage} height={480}>
        {(graph) =>
          graph.nodes.length === 0 || (graph.edges.length === 0 && !id) ? (
            <EmptyState icon={IconBinaryTree2} sentence="Once something is trained, this graph shows how data, runs, learngenes, sizes and exports hang together." action={<LinkButton to="/pretrain">New pretraining</LinkButton>} second={<LinkButton to="/" variant="default">Try with example data</LinkButton>} />
          ) : view === 'table' ? (
            <AsTable graph={graph} />
          ) : (
            <Graph key={`${id} ${graph.nodes.length} ${runs}`} graph={graph} runs={runs} current={id} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Graph({ graph: whole, runs, current }: { graph: Lineage; runs: boolean; current: string | undefined }) {
  const scheme = useComputedColorScheme('light');
  const { nodes, edges } = useMemo(() => {
    const graph = withoutShortcuts(runs ? whole : withoutRuns(whole, current));
    const places = layout(graph);
    return {
      nodes: graph.nodes.map((node): BoxNode => ({ id: node.id, type: 'box', position: places.get(node.id)!, data: { node, current: node.id === current }, draggable: false, focusable: false, selectable: false, connectable: false })),
      edges: graph.edges.map(({ from, to }): Edge => ({ id: `${from} ${to}`, source: from, target: to, focusable: false, style: { stroke: 'var(--chart-axis)', strokeWidth: 1.2 } })),
    };
  }, [whole, runs, current]);
  return (
    <div className={classes.canvas} role="region" aria-label="Lineage graph">
      <div className={classes.flow}>
        <ReactFlow nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} fitView fitViewOptions={{ padding: 0.06, minZoom: 0.3, maxZoom: 1.3 }} minZoom={0.15} colorMode={scheme} nodesFocusable={false} edgesFocusable={false} nodesConnectable={false} deleteKeyCode={null} proOptions={{ hideAttribution: true }}>
          <Background gap={22} color="var(--line)" />
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
    </div>
  );
}

function AsTable({ graph }: { graph: Lineage }) {
  const byId = new Map(graph.nodes.map((n) => [n.id, n]));
  const parents = (id: string) => graph.edges.filter((e) => e.to === id).map((e) => byId.get(e.from)!).filter(Boolean);
  return (
    <Section title="Everything" flush>
      <Table fz="sm">
        <Table.Thead><Table.Tr><Table.Th>Kind</Table.Th><Table.Th>Name</Table.Th><Table.Th>About</Table.Th><Table.Th>Made from</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {graph.nodes.map((n) => (
            <Table.Tr key={n.id}>
              <Table.Td>{TYPE_WORDS[n.type]}</Table.Td>
              <Table.Td><TextLink to={pathOf(n)}>{n.label}</TextLink></Table.Td>
              <Table.Td>{n.detail}</Table.Td>
              <Table.Td>{parents(n.id).map((p, i) => <span key={p.id}>{i > 0 && ', '}<TextLink to={pathOf(p)}>{p.label}</TextLink></span>)}{parents(n.id).length === 0 && <Text span c="dimmed">–</Text>}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}
