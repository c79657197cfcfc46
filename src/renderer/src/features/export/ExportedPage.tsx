/** One export: does it compute the same, what files it has, how to run it. */
import { Alert, Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconCheck, IconFolderOpen, IconPackageExport, IconX } from '@tabler/icons-react';
import type { ExportRecord } from '@shared/entities';
import { useScreenParams } from '../../app/router';
import { useCall } from '../../client/hooks';
import { CopyText } from '../../components/CopyText';
import { EmptyState } from '../../components/EmptyState';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';
import { TrashButton } from '../../components/TrashButton';
import { TrashedNotice } from '../../components/TrashedNotice';
import { formatBytes, formatTime } from '../../format/format';
import { ParityReport } from './ParityReport';

export default function ExportedPage() {
  const { id = '' } = useScreenParams();
  const record = useCall('exports.get', { id });
  if (record.error?.code === 'not-found') return <Page title="Export"><EmptyState icon={IconPackageExport} sentence="This export is no longer here." action={<LinkButton to="/export">Export a checkpoint</LinkButton>} /></Page>;
  return <Loaded query={record} height={600}>{(e) => <Shown record={e} />}</Loaded>;
}

function Shown({ record: e }: { record: ExportRecord }) {
  const info = useCall('app.info', {}).data;
  const checkpoint = useCall('checkpoints.list', {}).data?.find((c) => c.id === e.checkpointId);
  const absolute = /^([a-z]:)?[\\/]/i.test(e.dir);
  const folder = absolute || !info ? e.dir : `${info.home}/${e.dir}`;
  const total = e.files.reduce((sum, f) => sum + f.bytes, 0);
  return (
    <Page
      title={`${e.format === 'onnx' ? 'ONNX' : 'safetensors'} export`}
      mark={e.parity && <Badge color={e.parity.pass ? 'viridian' : 'madder'} leftSection={e.parity.pass ? <IconCheck size={12} aria-hidden /> : <IconX size={12} aria-hidden />}>{e.parity.pass ? 'Same numbers as the engine' : 'Numbers differ'}</Badge>}
      lead={<>Of <TextLink to={`/checkpoints/${e.checkpointId}`}>{checkpoint?.name ?? 'its checkpoint'}</TextLink>, {formatTime(e.createdAt)}</>}
      actions={
        <>
          {window.fineStudio && !absolute && <Button variant="default" leftSection={<IconFolderOpen size={16} />} onClick={() => void window.fineStudio?.revealFile(e.dir)}>Show the folder</Button>}
          {e.trashedAt === null && <TrashButton id={e.id} name={`${e.format === 'onnx' ? 'ONNX' : 'safetensors'} export`} then={`/checkpoints/${e.checkpointId}`} />}
          <LinkButton to="/export" search={{ checkpoint: e.checkpointId }} variant="default">Export again</LinkButton>
        </>
      }
    >
      <TrashedNotice id={e.id} noun="export" trashedAt={e.trashedAt} />
      {e.parity && !e.parity.pass && <Alert color="madder" title="This file does not compute what the engine computes">Do not use it before the difference is understood: it is above the tolerance of {e.parity.tolerance.toExponential(0)}. The rows below show where.</Alert>}
      <Section title="Files" lead={folder} actions={<CopyText label="Copy the folder" text={folder} />}>
        <Stats>
          <Stat label="Format" value={e.format === 'onnx' ? `ONNX${e.opset === null ? '' : `, opset ${e.opset}`}` : 'safetensors'} />
          <Stat label="Precision" value={e.precision} />
          <Stat label="All files" value={formatBytes(total)} />
        </Stats>
        <Table.ScrollContainer minWidth={460} mt="sm">
          <Table fz="sm">
            <Table.Thead><Table.Tr><Table.Th>File</Table.Th><Table.Th>What it is</Table.Th><Table.Th className="number">Size</Table.Th><Table.Th>SHA-256</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {e.files.map((f) => (
                <Table.Tr key={f.name}>
                  <Table.Td fw={550}>{f.name}</Table.Td>
                  <Table.Td c="dimmed">{WHAT[f.name] ?? ''}</Table.Td>
                  <Table.Td className="number">{formatBytes(f.bytes)}</Table.Td>
                  <Table.Td><Group gap="xs" wrap="nowrap"><Text span size="sm" ff="monospace">{f.sha256.slice(0, 16)}…</Text><CopyText label="Copy" text={f.sha256} /></Group></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Section>
      {e.format === 'onnx' && <Run folder={folder} />}
      {e.parity && <ParityReport parity={e.parity} />}
    </Page>
  );
}

const WHAT: Record<string, string> = {
  'model.onnx': 'The model', 'model.onnx.data': 'Its weights; keep it beside the model', 'model.safetensors': 'The weights', 'config.json': 'Shape, noise schedule, class names, origin', 'parity.json': 'The report below',
  'README.md': 'Model card', 'sample.py': 'Draws pictures, in Python', 'sample.mjs': 'Draws pictures, in JavaScript',
};

const quoted = (path: string) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

function Run({ folder }: { folder: string }) {
  const commands = [
    { label: 'Python', prepare: 'pip install onnxruntime numpy pillow', command: `python ${quoted(`${folder}/sample.py`)} --class 0 --seed 0 --steps 50 --cfg 1.5 --out samples.png` },
    { label: 'JavaScript (Node)', prepare: 'npm install onnxruntime-node', command: `node ${quoted(`${folder}/sample.mjs`)} --class 0 --seed 0 --steps 50 --cfg 1.5 --out samples.png` },
  ];
  return (
    <Section title="Run it elsewhere" lead="The scripts lie in the folder and need nothing of this application. The same seed draws the same pictures as here.">
      <Stack gap="sm">{commands.map(({ label, prepare, command }) => (
        <div key={label}>
          <Group justify="space-between" mb={4}><Text size="sm" fw={600}>{label}</Text><CopyText label={`Copy for ${label.split(' ')[0]}`} text={`${prepare}\n${command}`} /></Group>
          <pre className="sunk" tabIndex={0} aria-label={`Commands for ${label}`} style={{ margin: 0, padding: '8px 12px', overflow: 'auto', fontSize: '0.75rem', fontFamily: 'var(--mantine-font-family-monospace)' }}>{prepare}{'\n'}{command}</pre>
        </div>
      ))}</Stack>
    </Section>
  );
}
