/** What a learngene holds, part by part. */
import { Table } from '@mantine/core';
import { type DiTConfig, type Ranks, WEIGHT_TYPES, weightShape } from '@shared/config';
import { countParameters } from '@shared/sizes';
import { formatBytes, formatCount } from '../../format/format';
import { TYPE_NAMES } from '../../format/model';

const FLOAT_BYTES = 4;

/** `model` is the source's. Sigma and biases are there once per layer of it: other depths start on the line through them. */
export function Holdings({ model, ranks }: { model: DiTConfig; ranks: Ranks }) {
  const count = countParameters(model, ranks);
  const factors = WEIGHT_TYPES.map((type) => {
    const shape = weightShape(type, model.hiddenSize, model.mlpRatio);
    return { name: TYPE_NAMES[type], shape: `U ${shape.out} × ${ranks[type]}, V ${shape.in} × ${ranks[type]}`, parameters: ranks[type] * (shape.out + shape.in) };
  });
  const rest = [
    { name: 'Sigma', shape: `${model.depth} layers × ${count.sigmaPerBlock.toLocaleString('en')}`, parameters: model.depth * count.sigmaPerBlock },
    { name: 'Biases', shape: `${model.depth} layers × ${count.biasesPerBlock.toLocaleString('en')}`, parameters: model.depth * count.biasesPerBlock },
    { name: 'Embedders', shape: 'patch, timestep, class', parameters: count.xEmbedder + count.tEmbedder + count.yEmbedder },
    { name: 'Final layer', shape: '', parameters: count.finalLayer },
  ];
  return (
    <Table.ScrollContainer minWidth={440}>
      <Table fz="sm" verticalSpacing={4}>
        <Table.Thead><Table.Tr><Table.Th>Part</Table.Th><Table.Th>Shape</Table.Th><Table.Th className="number">Parameters</Table.Th><Table.Th className="number">Bytes</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {[...factors, ...rest].map((r) => (
            <Table.Tr key={r.name}><Table.Td>{r.name}</Table.Td><Table.Td c="dimmed" style={{ whiteSpace: 'nowrap' }}>{r.shape}</Table.Td><Table.Td className="number">{formatCount(r.parameters)}</Table.Td><Table.Td className="number">{formatBytes(r.parameters * FLOAT_BYTES)}</Table.Td></Table.Tr>
          ))}
          <Table.Tr fw={600}><Table.Td>Together</Table.Td><Table.Td /><Table.Td className="number">{formatCount(count.total)}</Table.Td><Table.Td className="number">{formatBytes(count.total * FLOAT_BYTES)}</Table.Td></Table.Tr>
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
