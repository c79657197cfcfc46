import { Box, SimpleGrid, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Sample } from '@shared/entities';
import { useConnection } from '../../client/context';
import { useCall } from '../../client/hooks';
import { gridText } from '../../components/gridText';
import { Section } from '../../components/Section';
import { formatTime } from '../../format/format';

const SHOWN = 3;

/** What was drawn last, one grid per run or checkpoint: a picture says sooner than a loss whether a model is any good. */
export function LatestPictures() {
  const samples = useCall('samples.list', { limit: 100 }, { keep: true }).data ?? [];
  const latest = [...new Map(samples.toReversed().map((s) => [s.runId ?? s.checkpointId, s])).values()].toSorted((a, b) => b.createdAt - a.createdAt).slice(0, SHOWN);
  if (latest.length === 0) return null;
  return (
    <Section title="Latest pictures">
      <SimpleGrid cols={SHOWN} spacing="sm">
        {latest.map((sample) => <Latest key={sample.id} sample={sample} />)}
      </SimpleGrid>
    </Section>
  );
}

function Latest({ sample }: { sample: Sample }) {
  const connection = useConnection();
  const run = useCall('runs.get', { id: sample.runId ?? '' }, { enabled: sample.runId !== null });
  const checkpoint = useCall('checkpoints.get', { id: sample.checkpointId ?? '' }, { enabled: sample.runId === null && sample.checkpointId !== null });
  const name = run.data?.name ?? checkpoint.data?.name;
  return (
    <Link to={pageOf(sample)} style={{ color: 'inherit', textDecoration: 'none', minWidth: 0 }}>
      <img className="pixelated sunk" src={connection.fileUrl(sample.file)} alt={gridText(sample, 'drawn', undefined)} style={{ display: 'block', width: '100%', aspectRatio: 1, objectFit: 'cover', objectPosition: 'left top' }} />
      <Box mt={4} mih="4.05em" fz="xs">
        <Text size="xs" lineClamp={2} title={name}>{name}</Text>
        <Text size="xs" c="dimmed">{sample.step === null ? 'Drawn' : `Step ${sample.step.toLocaleString('en')}`}, {formatTime(sample.createdAt)}</Text>
      </Box>
    </Link>
  );
}

const pageOf = (sample: Sample) => (sample.runId !== null ? `/runs/${sample.runId}` : `/checkpoints/${sample.checkpointId}`);
