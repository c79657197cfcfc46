/** Choose one of many things: rows with a name, a line about it and a figure, as radio buttons, with a filter when there are many. */
import { Group, Radio, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';

export interface Pick {
  id: string;
  name: string;
  detail: string;
  figure?: string;
  badge?: ReactNode;
  /** Why it cannot be chosen here. */
  refused?: string;
}

const FILTER_FROM = 8;

export function PickList({ label, picks, value, onChange, error }: { label: string; picks: readonly Pick[]; value: string | null; onChange(id: string): void; error?: ReactNode }) {
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const shown = picks.filter((p) => p.id === value || `${p.name} ${p.detail}`.toLowerCase().includes(wanted));
  return (
    <Stack gap="xs">
      {picks.length >= FILTER_FROM && <TextInput size="xs" maw={280} placeholder="Filter" aria-label={`Filter ${label.toLowerCase()}`} leftSection={<IconSearch size={14} />} value={filter} onChange={(e) => setFilter(e.currentTarget.value)} />}
      <Radio.Group label={label} labelProps={{ className: 'visually-hidden' }} value={value} onChange={onChange} error={error}>
        <ScrollArea.Autosize mah="clamp(15rem, 100vh - 27rem, 40rem)" type="auto" offsetScrollbars="y" scrollbarSize={10} mx={-3} viewportProps={{ tabIndex: -1 }}>
          <Stack gap={6} py={3} px={3}>
            {shown.map((p) => (
              <Radio.Card key={p.id} value={p.id} px="sm" py={7} disabled={p.refused !== undefined} style={{ borderColor: value === p.id ? 'var(--accent)' : 'var(--line)', background: value === p.id ? 'var(--accent-soft)' : 'var(--sheet)' }}>
                <Group wrap="nowrap" gap="sm">
                  <Radio.Indicator disabled={p.refused !== undefined} />
                  <div style={{ minWidth: 0, flex: 1 }}>
                    <Group gap="xs" wrap="nowrap"><Text size="sm" fw={600} truncate>{p.name}</Text>{p.badge}</Group>
                    <Text size="xs" c="dimmed" truncate>{p.refused ?? p.detail}</Text>
                  </div>
                  {p.figure && <Text size="sm" ta="right" style={{ whiteSpace: 'nowrap' }}>{p.figure}</Text>}
                </Group>
              </Radio.Card>
            ))}
          </Stack>
        </ScrollArea.Autosize>
      </Radio.Group>
      {shown.length === 0 && <Text size="sm" c="dimmed">Nothing matches the filter.</Text>}
    </Stack>
  );
}
