/** Columns of the table of candidate sizes. */
import { Badge, Text, UnstyledButton } from '@mantine/core';
import type { Column } from '../../components/table/columns';
import { formatBytes, formatCount } from '../../format/format';
import { gmacs, stepTime } from './CostFigures';
import { nameOf } from './presets';
import type { Shape } from './shape';
import type { Candidate } from './useExplorer';

export function sizeColumns({ hasLearngene, front, show, currentId }: { hasLearngene: boolean; front: ReadonlySet<string>; show(shape: Shape): void; currentId: string }): Column<Candidate>[] {
  return [
    {
      id: 'name', header: 'Size', width: 132, value: (c) => nameOf(c.shape),
      cell: (c) => (
        <UnstyledButton onClick={() => show(c.shape)} aria-label={`Put ${nameOf(c.shape)} into the sliders`} style={{ fontSize: 'inherit', minHeight: 24 }}>
          <Text span size="sm" c="var(--mantine-color-anchor)" fw={c.id === currentId ? 650 : 400}>{nameOf(c.shape)}</Text>
        </UnstyledButton>
      ),
    },
    {
      id: 'fit', header: 'Learngene', width: 116, value: (c) => (!hasLearngene ? null : c.unfit === null ? 'initialises it' : c.unfit),
      cell: (c) => (!hasLearngene ? '–' : c.unfit === null ? <Badge size="sm">initialises it</Badge> : <Text span size="xs" c="dimmed">{c.unfit}</Text>),
    },
    { id: 'hiddenSize', header: 'Hidden', width: 72, numeric: true, value: (c) => c.shape.hiddenSize },
    { id: 'depth', header: 'Depth', width: 66, numeric: true, value: (c) => c.shape.depth },
    { id: 'heads', header: 'Heads', width: 76, numeric: true, optional: true, value: (c) => c.shape.heads },
    { id: 'patchSize', header: 'Patch', width: 74, numeric: true, optional: true, value: (c) => c.shape.patchSize },
    { id: 'tokens', header: 'Tokens', width: 84, numeric: true, optional: true, value: (c) => c.cost.tokens },
    { id: 'parameters', header: 'Parameters', width: 100, numeric: true, value: (c) => c.cost.parameters, cell: (c) => formatCount(c.cost.parameters) },
    { id: 'dense', header: 'As dense', width: 88, numeric: true, optional: true, value: (c) => c.cost.dense, cell: (c) => formatCount(c.cost.dense) },
    { id: 'macs', header: 'Forward', unit: 'GMACs', width: 138, numeric: true, value: (c) => c.cost.macs / 1e9, cell: (c) => gmacs(c.cost.macs) },
    { id: 'trainingBytes', header: 'Memory', unit: 'training', width: 122, numeric: true, value: (c) => c.cost.trainingBytes, cell: (c) => formatBytes(c.cost.trainingBytes) },
    { id: 'inferenceBytes', header: 'Memory', unit: 'sampling', width: 136, numeric: true, optional: true, value: (c) => c.cost.inferenceBytes, cell: (c) => formatBytes(c.cost.inferenceBytes) },
    { id: 'fileBytes', header: 'File', width: 96, numeric: true, optional: true, value: (c) => c.cost.fileBytes, cell: (c) => formatBytes(c.cost.fileBytes) },
    { id: 'msPerStep', header: 'Time', unit: 'per step', width: 118, numeric: true, value: (c) => c.cost.msPerStep, cell: (c) => (c.cost.msPerStep === null ? '–' : <>{stepTime(c.cost.msPerStep)} <Text span size="xs" c="dimmed">{c.cost.isMeasured ? 'meas.' : 'est.'}</Text></>) },
    { id: 'msPerImage', header: 'Time', unit: 'per image', width: 122, numeric: true, value: (c) => c.cost.msPerImage, cell: (c) => (c.cost.msPerImage === null ? '–' : <>{stepTime(c.cost.msPerImage)} <Text span size="xs" c="dimmed">est.</Text></>) },
    { id: 'front', header: 'On the front', width: 110, optional: true, value: (c) => front.has(c.id), cell: (c) => (front.has(c.id) ? 'yes' : '–') },
  ];
}
