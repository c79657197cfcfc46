/** Before anything is erased for good: what it is, how many bytes, what goes along, what stays, and what forbids it. */
import { Button, Group, List, Modal, ScrollArea, Text } from '@mantine/core';
import type { Dependant, TrashEntry } from '@shared/entities';
import { useAction, useCall } from '../client/hooks';
import { formatBytes, plural } from '../format/format';
import { bytesTogether } from './bytesTogether';
import { ErrorPanel } from './ErrorPanel';

const KIND_NAMES: Record<Dependant['kind'], string> = { dataset: 'Dataset', run: 'Run', checkpoint: 'Checkpoint', learngene: 'Learngene', export: 'Export' };
const SHOWN = 12;

/** Open while `ids` is not empty. */
export function EraseDialog({ ids, onClose, onErased }: { ids: readonly string[]; onClose(): void; onErased(): void }) {
  const entries = useCall('trash.list', { ids: [...ids] }, { enabled: ids.length > 0 });
  const erase = useAction('trash.erase');
  const close = () => {
    erase.reset();
    onClose();
  };
  const list = entries.data ?? [];
  const together = new Set(ids);
  const dependants = unique(list).filter((d) => !together.has(d.id));
  const of = (effect: Dependant['effect']) => dependants.filter((d) => d.effect === effect);
  const blocked = of('blocks').length > 0;
  return (
    <Modal opened={ids.length > 0} onClose={close} size="lg" title={list.length === 1 ? `Erase ${list[0].name}?` : `Erase ${plural(ids.length, 'thing')}?`}>
      <Text size="sm">
        <b>{formatBytes(bytesTogether(list))}</b> are deleted from the disk. This cannot be undone.
      </Text>
      {list.length > 1 && <Text size="sm" mt="xs" c="dimmed">{list.slice(0, SHOWN).map((e) => `${e.name} (${formatBytes(e.bytes)})`).join(', ')}{list.length > SHOWN ? ` and ${list.length - SHOWN} more` : ''}</Text>}
      <Dependants title="Still needed by" dependants={of('blocks')} colour="var(--bad)" />
      <Dependants title="Erased along" dependants={of('erased')} colour="var(--warn)" />
      <Dependants title="What depends on it" dependants={of('stays')} />
      {list.some((e) => e.more > 0) && <Text size="xs" c="dimmed" mt={4}>and {plural(list.reduce((sum, e) => sum + e.more, 0), 'more')}</Text>}
      {entries.error && <ErrorPanel error={entries.error} onRetry={() => void entries.refetch()} />}
      {erase.error && <ErrorPanel error={erase.error} />}
      <Group justify="flex-end" mt="lg">
        {blocked && <Text size="sm" style={{ color: 'var(--bad)' }} flex={1}>Finish or cancel what needs it, or erase both together.</Text>}
        <Button variant="default" onClick={close} data-autofocus>Keep</Button>
        <Button color="madder" disabled={blocked || !entries.data} loading={erase.isPending} onClick={() => erase.mutate({ ids: [...ids], confirm: true }, { onSuccess: () => { close(); onErased(); } })}>Erase for good</Button>
      </Group>
    </Modal>
  );
}

function Dependants({ title, dependants, colour }: { title: string; dependants: readonly Dependant[]; colour?: string }) {
  if (dependants.length === 0) return null;
  return (
    <>
      <Text size="sm" fw={600} mt="md" style={{ color: colour }}>{title}</Text>
      <ScrollArea.Autosize mah={180} type="auto" viewportProps={{ tabIndex: 0 }}>
        <List size="sm" spacing={2}>
          {dependants.map((d) => <List.Item key={d.id}>{KIND_NAMES[d.kind]} <b>{d.name}</b>. {d.detail}</List.Item>)}
        </List>
      </ScrollArea.Autosize>
    </>
  );
}

/** One line per dependant, with the gravest that happens to it. */
function unique(entries: readonly TrashEntry[]): Dependant[] {
  const gravity = { blocks: 2, erased: 1, stays: 0 };
  const found = new Map<string, Dependant>();
  for (const d of entries.flatMap((e) => e.dependants)) {
    const before = found.get(d.id);
    if (!before || gravity[d.effect] > gravity[before.effect]) found.set(d.id, d);
  }
  return [...found.values()];
}
