/** Sigma looked at: per layer, its spectrum, as a map, and the layers of several sizes in one plane with the line through them. */
import { Checkbox, Group, Paper, Select, SegmentedControl, SimpleGrid, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { WEIGHT_TYPES } from '@shared/config';
import type { Checkpoint } from '@shared/entities';
import type { Result } from '@shared/protocol';
import { useCall } from '../../client/hooks';
import { LineChartPanel } from '../../components/chart/LineChartPanel';
import { ScatterPanel } from '../../components/chart/ScatterPanel';
import { useChartSettings } from '../../components/chart/settings';
import { ErrorPanel } from '../../components/ErrorPanel';
import { formatPercent } from '../../format/format';
import { effectiveRank, LAYER_AXIS, perLayer, spectrum } from './sigma';
import { SigmaMap } from './SigmaMap';

type Analysis = Result<'checkpoints.analyse'>;

const MOST = 12;
const name = (c: Checkpoint, isSource: boolean) => `Depth ${c.model.depth}${isSource ? ' (source)' : ''}`;

/** `models`: checkpoints that share U and V, the source first. */
export function SigmaSection({ models, sourceId }: { models: readonly Checkpoint[]; sourceId: string }) {
  const usable = models.slice(0, MOST);
  const [left, setLeft] = useState<readonly string[]>([]);
  const chosen = usable.filter((c) => !left.includes(c.id));
  const analysis = useCall('checkpoints.analyse', { ids: chosen.map((c) => c.id) }, { enabled: chosen.length > 0, keep: true });
  const labels = chosen.map((c) => name(c, c.id === sourceId));
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2}>Sigma</Title>
          <Text size="xs" c="dimmed">The only part that differs from layer to layer and from size to size.</Text>
        </div>
        {usable.length > 1 && (
          <Checkbox.Group label="Models to look at" labelProps={{ className: 'visually-hidden' }} value={chosen.map((c) => c.id)} onChange={(ids) => ids.length > 0 && setLeft(usable.map((c) => c.id).filter((id) => !ids.includes(id)))}>
            <Group gap="sm">{usable.map((c) => <Checkbox key={c.id} size="xs" value={c.id} label={name(c, c.id === sourceId)} />)}</Group>
          </Checkbox.Group>
        )}
      </Group>
      {analysis.error && <ErrorPanel error={analysis.error} onRetry={() => void analysis.refetch()} />}
      {analysis.data && analysis.data.sigma.length === chosen.length ? <Shown analysis={analysis.data} labels={labels} /> : !analysis.error && <Skeleton height={560} radius="md" role="status" aria-label="Looking at sigma" />}
    </Stack>
  );
}

function Shown({ analysis, labels }: { analysis: Analysis; labels: readonly string[] }) {
  const [at, setAt] = useState(0);
  const [type, setType] = useState<string>('qkv');
  const [plane, setPlane] = useState('all');
  const layers = useChartSettings('sigma-layers');
  const ranks = useChartSettings('sigma-spectrum');
  const index = Math.min(at, labels.length - 1);
  const sigma = analysis.sigma[index];
  const pca = analysis.pca[plane];
  const axis = (i: number) => ({ label: `Component ${i + 1}, ${formatPercent(pca.explained[i], 1)} of the variance` });
  return (
    <>
      {labels.length > 1 && <Select size="xs" w={190} label="Layers, spectrum and map of" value={String(index)} onChange={(v) => setAt(Number(v))} data={labels.map((label, i) => ({ value: String(i), label }))} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <LineChartPanel title="Sigma per layer" lead={`Root mean square, ${labels[index]}.`} series={perLayer(sigma)} x={LAYER_AXIS} y={{ label: '' }} settings={{ ...layers, logX: false, logY: false }} />
        <LineChartPanel title="Spectrum" lead="Size of each component over all layers, largest first." series={spectrum(sigma)} x={{ label: 'Component' }} y={{ label: '' }} settings={{ ...ranks, logX: false, logY: true }} />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <ScatterPanel
          title="Layers in one plane"
          lead={<>Principal components of sigma. A straight line over depth explains <b style={{ whiteSpace: 'nowrap' }}>R² = {pca.r2.toFixed(3)}</b> of it.</>}
          series={labels.map((label, m) => ({ key: label + m, label, line: true, points: pca.points[m].map((p, l) => ({ x: p[0], y: p[1] ?? 0, label: `layer ${l + 1}` })) }))}
          x={axis(0)}
          y={pca.explained.length > 1 ? axis(1) : { label: 'Component 2' }}
          height={300}
        />
        <Stack gap="md">
          <Paper p="sm" component="section" aria-label="Straightness per type">
            <Title order={3} mb={4}>Is it a line?</Title>
            <SegmentedControl size="xs" aria-label="Type shown in the plane" value={plane} onChange={setPlane} data={[{ value: 'all', label: 'All types' }, ...WEIGHT_TYPES]} mb="xs" />
            <Table fz="xs" verticalSpacing={2}>
              <Table.Thead><Table.Tr><Table.Th>Type</Table.Th><Table.Th className="number">R²</Table.Th><Table.Th className="number">1st component</Table.Th><Table.Th className="number">2nd</Table.Th><Table.Th className="number">99 % of sigma in</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {['all', ...WEIGHT_TYPES].map((t) => (
                  <Table.Tr key={t} fw={t === plane ? 600 : 400}>
                    <Table.Td>{t === 'all' ? 'All types' : t}</Table.Td>
                    <Table.Td className="number">{analysis.pca[t].r2.toFixed(3)}</Table.Td>
                    <Table.Td className="number">{formatPercent(analysis.pca[t].explained[0], 1)}</Table.Td>
                    <Table.Td className="number">{formatPercent(analysis.pca[t].explained[1], 1)}</Table.Td>
                    <Table.Td className="number">{t === 'all' ? '–' : `${effectiveRank(sigma, t as (typeof WEIGHT_TYPES)[number])} of ${sigma[t][0].length}`}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Paper>
          <Paper p="sm" component="section" aria-label="Map of sigma">
            <Group justify="space-between" mb="xs">
              <Title order={3}>Map</Title>
              <SegmentedControl size="xs" aria-label="Type shown in the map" value={type} onChange={setType} data={[...WEIGHT_TYPES]} />
            </Group>
            <SigmaMap layers={sigma[type]} label={`Sigma of ${type}, ${labels[index]}`} />
            <Text size="xs" c="dimmed" mt={4}>Rows are layers, columns components: above (green) or below (orange) the component’s mean over all layers.</Text>
          </Paper>
        </Stack>
      </SimpleGrid>
      {labels.length > 1 && <Alignment analysis={analysis} labels={labels} />}
    </>
  );
}

function Alignment({ analysis, labels }: { analysis: Analysis; labels: readonly string[] }) {
  const deepest = analysis.alignment.reduce((best, row, i) => (row.length > analysis.alignment[best].length ? i : best), 0);
  return (
    <Paper p="sm" component="section" aria-label="Which layers correspond">
      <Title order={3}>Which layers correspond</Title>
      <Text size="xs" c="dimmed" mb="xs">For each layer the one of {labels[deepest].toLowerCase()} with the most similar sigma (cosine).</Text>
      <Table.ScrollContainer minWidth={300}>
        <Table fz="xs" verticalSpacing={2} w="auto">
          <Table.Tbody>
            {analysis.alignment.map((row, i) => (
              <Table.Tr key={labels[i] + i}>
                <Table.Th scope="row">{labels[i]}</Table.Th>
                {row.map((layer, l) => <Table.Td key={l} className="number" miw={34}>{layer + 1}</Table.Td>)}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
