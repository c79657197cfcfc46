/** What a person chooses once. Every change is saved at once. */
import { Code, CopyButton, Button, Group, NumberInput, Radio, SegmentedControl, Select, Stack, Switch, Text } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import { BACKEND_IDS, type BackendId } from '@shared/config';
import type { Settings } from '@shared/protocol';
import { useCall } from '../../client/hooks';
import { SavedMark, useSaving } from '../../client/saving';
import { ErrorPanel } from '../../components/ErrorPanel';
import { TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { formatBytes } from '../../format/format';
import { useSettings } from '../../client/settings';

const MOST_THREADS = 512;

export default function SettingsPage() {
  const saving = useSaving();
  const query = useSettings();
  return (
    <Page title="Settings" lead="Each change is saved at once and holds for the window, the command line and the next start." mark={<SavedMark saving={saving} />}>
      {saving.error && <ErrorPanel error={saving.error} title="The setting was not saved" onDismiss={saving.reset} />}
      <Loaded query={query} height={560}>{(settings) => <Fields settings={settings} save={saving.save} />}</Loaded>
    </Page>
  );
}

function Fields({ settings, save }: { settings: Settings; save(change: Partial<Settings>): void }) {
  const isDesktop = window.fineStudio !== undefined;
  return (
    <Stack gap="lg" maw="56rem">
      <Section title="Appearance">
        <Row label="Theme" help="“System” follows the light or dark appearance of this computer.">
          {(label) => <SegmentedControl aria-labelledby={label} value={settings.theme} onChange={(theme) => save({ theme: theme as Settings['theme'] })} data={[{ value: 'system', label: 'System' }, { value: 'light', label: 'Light' }, { value: 'dark', label: 'Dark' }]} />}
        </Row>
      </Section>
      <Section title="Computing" lead="For new runs. What already runs or waits keeps what it was started with.">
        <Stack gap="md">
          <Backend settings={settings} save={save} />
          <Threads settings={settings} save={save} />
        </Stack>
      </Section>
      <Section title="While a run works">
        <Stack gap="md">
          <Row label="Tell me when a run ends" help={isDesktop ? 'As a notice of the system when the window is not in front, and inside the window.' : 'Inside this window. The desktop application uses the system’s notices as well.'}>
            {(label) => <Switch aria-labelledby={label} checked={settings.notifications} onChange={(e) => save({ notifications: e.currentTarget.checked })} />}
          </Row>
          <Row label="Keep this computer awake" help={isDesktop ? 'No sleep while a run works; the screen may go dark.' : 'Only the desktop application can do this. In a browser the system’s own rules for sleep hold.'}>
            {(label) => <Switch aria-labelledby={label} checked={settings.keepAwake} onChange={(e) => save({ keepAwake: e.currentTarget.checked })} />}
          </Row>
        </Stack>
      </Section>
      <DataFolder />
    </Stack>
  );
}

/** Name and explanation on the left, the control on the right, at the same place in every row. */
function Row({ label, help, children }: { label: string; help: ReactNode; children: (labelId: string) => ReactNode }) {
  const id = useId();
  return (
    <Group justify="space-between" align="center" gap="sm">
      <div style={{ flex: '1 1 18rem', minWidth: 0 }}>
        <Text size="sm" fw={550} id={id}>{label}</Text>
        <Text size="xs" c="dimmed" component="div">{help}</Text>
      </div>
      <div style={{ minWidth: '15rem', display: 'flex', justifyContent: 'flex-end' }}>{children(id)}</div>
    </Group>
  );
}

function Backend({ settings, save }: { settings: Settings; save(change: Partial<Settings>): void }) {
  const backends = useCall('backends.list', {}).data;
  const options = BACKEND_IDS.map((id) => {
    const known = backends?.find((b) => b.id === id);
    const label = id === 'auto' ? 'Automatic' : (known?.name ?? id);
    return { value: id, label: known && !known.available ? `${label} (not usable here)` : label, disabled: known !== undefined && !known.available && settings.backend !== id };
  });
  return (
    <Row label="Backend" help={<>What does the computing. <TextLink to="/backends" size="xs" underline="always">Speeds, and why some cannot be used</TextLink></>}>
      {(label) => <Select w="15rem" aria-labelledby={label} value={settings.backend} onChange={(backend) => backend && save({ backend: backend as BackendId })} data={options} />}
    </Row>
  );
}

function Threads({ settings, save }: { settings: Settings; save(change: Partial<Settings>): void }) {
  const info = useCall('app.info', {}).data;
  const [own, setOwn] = useState(settings.threads > 0);
  const cpus = info?.cpus;
  return (
    <Row label="Threads" help={cpus ? `This machine has ${cpus} cores. Fewer threads leave room for other work; more than cores only cost.` : 'Fewer threads leave room for other work.'}>
      {() => (
        <Radio.Group label="Threads" labelProps={{ className: 'visually-hidden' }} value={own ? 'own' : 'auto'} onChange={(choice) => {
          setOwn(choice === 'own');
          save({ threads: choice === 'own' ? settings.threads || (cpus ?? 1) : 0 });
        }}>
          <Group gap="md">
            <Radio value="auto" label="Automatic" />
            <Radio value="own" label="Number" />
            <NumberInput w={84} aria-label="Number of threads" min={1} max={MOST_THREADS} allowDecimal={false} disabled={!own} value={settings.threads > 0 ? settings.threads : (cpus ?? '')} onChange={(n) => typeof n === 'number' && n >= 1 && n <= MOST_THREADS && save({ threads: n })} />
          </Group>
        </Radio.Group>
      )}
    </Row>
  );
}

/** Where everything is kept. It cannot move while the application runs, so the way to another place is told instead. */
function DataFolder() {
  const info = useCall('app.info', {});
  return (
    <Section title="Data folder" lead="Datasets, runs, checkpoints, learngenes, exports and the catalogue. Nothing is kept elsewhere, and nothing leaves this machine.">
      <Loaded query={info} height={150}>
        {({ home, freeDiskBytes, platform }) => (
          <Stack gap="sm">
            <Group gap="xs">
              <Code fz="sm" style={{ overflowWrap: 'anywhere' }}>{home}</Code>
              <CopyButton value={home}>{({ copied, copy }) => <Button size="compact-sm" variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}</CopyButton>
              {window.fineStudio && <Button size="compact-sm" variant="default" leftSection={<IconFolderOpen size={14} />} onClick={() => void window.fineStudio?.revealFile('catalog.sqlite')}>Show</Button>}
              <Text size="sm" c="dimmed">{formatBytes(freeDiskBytes)} free on this disk</Text>
            </Group>
            <Text size="sm">To use another folder, quit, move the folder if its contents should come along, and start with its place:</Text>
            <Stack gap={4} component="ul" m={0} pl="1.1rem">
              <Text size="sm" component="li">once, on the command line: <Code>fine-studio serve --home {platform === 'win32' ? 'D:\\fine-studio' : '/other/fine-studio'}</Code></Text>
              <Text size="sm" component="li">always, the desktop application included: the environment variable <Code>FINE_STUDIO_HOME</Code></Text>
            </Stack>
            <Text size="xs" c="dimmed">It cannot change while the application runs, because runs and the catalogue hold files in it open. Two instances never share one folder.</Text>
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}
