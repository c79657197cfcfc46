/** The first figure of an evaluation, with the features and samples that it stands on. */
import { Text } from '@mantine/core';
import type { Evaluation } from '@shared/entities';
import { formatValue } from '../format/format';

export function LatestFigure({ evaluation }: { evaluation: Evaluation | undefined }) {
  const figure = evaluation?.figures[0];
  if (!figure) return <>–</>;
  return (
    <span style={{ whiteSpace: 'nowrap' }} title={`${figure.name}; real against real ${formatValue(figure.floor)}; ${figure.better} is better`}>
      {formatValue(figure.value)} <Text span size="xs" c="dimmed">{figure.name}</Text>
    </span>
  );
}
