/** What can compute here, on which device, how fast, and why something else cannot. */
import { Badge, Button, Code, Group, Paper, Progress, Radio, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconGauge } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { BackendId } from '@shared/config';
import type { BackendInfo } from '@shared/entities';
import { useAction, useCall } from '../../client/hooks';
import { SavedMark, useSaving } from '../../client/saving';
import { ErrorPanel } from '../../components/ErrorPanel';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { formatBytes, formatValue } from '../../format/format';
import { TensorflowSection } from './TensorflowSection';
import { WHAT } from './descriptions';

export default function BackendsPage() {
  const list = useCall('backends.list', {});
  const info = useCall('app.info', {}).data;
  const measure = useAction('backends.list');
  const queries = useQueryClient();
  const saving = useSaving();
  const backends = list.data;
  const auto = backends?.find((b) => b.available && b.auto?.chosen);
  const chosen = saving.settings?.backend ?? 'auto';
  const fastest = Math.max(0, ...(backends ?? []).map((b) => b.gflops ?? 0));
  const time = () => measure.mutate({ measure: true }, { onSuccess: (measured) => queries.setQueryData(['backends.list', {}], measured) });
  // TensorFlow has a section of its own.
  const missing = backends?.filter((b) => !b.available && !b.id.startsWith('tensorflow')) ?? [];
  const tensorflow = backends?.find((b) => b.id === 'tensorflow');
  const refused = chosen !== 'auto' && backends?.find((b) => b.id === chosen && !b.available);

  return (
    <Page
      title="Backends"
      lead="A backend does the computing. The same program runs on each of them, and they give the same numbers within rounding."
      mark={<SavedMark saving={saving} />}
      actions={<Button variant="default" leftSection={<IconGauge size={16} />} loading={measure.isPending} disabled={!backends} onClick={time}>Measure speeds</Button>}
    >
      {measure.error && <ErrorPanel error={measure.error} title="The measurement stopped" onRetry={time} />}
      {saving.error && <ErrorPanel error={saving.error} onDismiss={saving.reset} />}
      {list.error && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      {!backends && !list.error && <Skeleton height={420} radius="md" role="status" aria-label="Looking for backends" />}
      {backends && (
        <>
          <Section title="Used for new runs" lead="Each run can name another one in its wizard. Runs that already wait keep theirs.">
            {refused && <Text size="sm" c="var(--mantine-color-error)" mb="xs">{refused.name} is chosen, but cannot be used here: {refused.reason}</Text>}
            <Radio.Group label="Backend for new runs" labelProps={{ className: 'visually-hidden' }} value={chosen} onChange={(backend) => saving.save({ backend: backend as BackendId })}>
              <Stack gap={6}>
                <Choice id="auto" chosen={chosen === 'auto'} title="Automatic" detail={auto ? `Takes ${auto.name}. ${auto.auto?.note ?? ''} Recommended.` : 'Takes the one that does a training step fastest here, among those that do it right. That is found out before the first run, or by “Measure speeds”. Recommended.'} />
                {backends.filter((b) => b.available).map((b) => <Choice key={b.id} id={b.id} chosen={chosen === b.id} title={b.name} detail={WHAT[b.id]} backend={b} fastest={fastest} isAuto={b === auto} />)}
              </Stack>
            </Radio.Group>
            <Text size="xs" c="dimmed" mt="sm">
              {fastest > 0 ? 'Speed: the better of several float32 matrix products, in 10⁹ operations per second; a training step also waits for memory and reaches less.' : '“Measure speeds” times float32 matrix products on each; it takes some seconds, longer while a run is at work.'}
              {info?.gflops ? ` Training itself has reached ${formatValue(info.gflops, 3)} GFLOP/s here.` : ''}
            </Text>
          </Section>
          {tensorflow && <TensorflowSection backend={tensorflow} />}
          {missing.length > 0 && (
            <Section title="Not usable here" lead="Nothing of this is needed. A graphics card makes large models faster.">
              <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
                {missing.map((b) => (
                  <Paper key={b.id} p="sm" bg="var(--sunk)" style={{ border: 0 }}>
                    <Title order={3}>{b.name}</Title>
                    <Text size="xs" c="dimmed" mb={4}>{WHAT[b.id]}</Text>
                    <Reason text={b.reason ?? 'The reason is not known.'} />
                  </Paper>
                ))}
              </SimpleGrid>
            </Section>
          )}
          {info && <Text size="sm" c="dimmed">This machine: {info.cpuModel}, {info.cpus} cores, {formatBytes(info.memoryBytes)} of memory.</Text>}
        </>
      )}
    </Page>
  );
}

function Choice({ id, chosen, title, detail, backend, fastest = 0, isAuto = false }: { id: string; chosen: boolean; title: string; detail: string; backend?: BackendInfo; fastest?: number; isAuto?: boolean }) {
  return (
    <Radio.Card value={id} px="sm" py={8} style={{ borderColor: chosen ? 'var(--accent)' : 'var(--line)', background: chosen ? 'var(--accent-soft)' : 'var(--sheet)' }}>
      <Group wrap="nowrap" gap="sm" align="center">
        <Radio.Indicator />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group gap="xs">
            <Text size="sm" fw={600}>{title}</Text>
            {isAuto && <Badge size="sm">automatic choice</Badge>}
          </Group>
          <Text size="xs" c="dimmed">{detail}{backend && ` On ${backend.device ?? 'an unnamed device'}${backend.version ? `, version ${backend.version}` : ''}.`}</Text>
          {backend?.auto && !isAuto && <Text size="xs" c="dimmed">{backend.auto.note}</Text>}
        </div>
        {backend && (
          <div style={{ width: 150, flex: 'none' }}>
            <Text size="sm" ta="right">{backend.gflops === null ? <Text span c="dimmed" size="xs">not measured</Text> : <>{formatValue(backend.gflops, 3)} <Text span size="xs" c="dimmed">GFLOP/s</Text></>}</Text>
            <Progress size={5} mt={4} value={backend.gflops && fastest ? (backend.gflops / fastest) * 100 : 0} aria-label={`Speed of ${title} against the fastest`} />
          </div>
        )}
      </Group>
    </Radio.Card>
  );
}

/** What is the case, and what would be needed, as lines of their own; names of files and packages stand out. */
function Reason({ text }: { text: string }) {
  const [cause, needed] = text.split(/\s*Needed:\s*/);
  const words = (line: string) => line.split(/(\b[\w/.-]+\.md\b|onnxruntime-node|tfjs-node-gpu)/).map((part, i) => (i % 2 ? <Code key={i} fz="xs">{part}</Code> : part));
  return (
    <>
      <Text size="sm">{words(cause)}</Text>
      {needed && <Text size="sm"><b>Needed:</b> {words(needed)}</Text>}
    </>
  );
}
