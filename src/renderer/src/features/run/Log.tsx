/** What the run said: filter, follow, copy. Only visible lines are drawn. */
import { Button, CopyButton, Group, SegmentedControl, Switch, Text, TextInput } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Run } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { Section } from '../../components/Section';
import { type LogLine, useLog } from './useLog';

const NONE: LogLine[] = [];
const LEVELS = ['info', 'warn', 'error'];
const clock = (ms: number) => new Date(ms).toLocaleTimeString('en-GB');
const asText = (line: LogLine) => `${new Date(line.time).toISOString()} ${line.level.padEnd(5)} ${line.message}`;
const COLORS: Record<string, string> = { warn: 'var(--warn)', error: 'var(--bad)' };

export function Log({ run }: { run: Run }) {
  const said = useLog(run.id);
  const lines = said ?? NONE;
  const info = useCall('app.info', {}).data;
  const [filter, setFilter] = useState('');
  const [level, setLevel] = useState('info');
  const [follow, setFollow] = useState(true);
  const shown = useMemo(() => lines.filter((l) => LEVELS.indexOf(l.level) >= LEVELS.indexOf(level) && l.message.toLowerCase().includes(filter.toLowerCase())), [lines, filter, level]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => scroller.current, estimateSize: () => 20, overscan: 20, paddingStart: 8, paddingEnd: 8 });
  useEffect(() => {
    if (follow && shown.length > 0) virtual.scrollToIndex(shown.length - 1);
  }, [follow, shown.length, virtual]);

  return (
    <Section
      title="Log"
      actions={
        <>
          <TextInput size="xs" w={200} placeholder="Filter" aria-label="Filter the log" value={filter} onChange={(e) => setFilter(e.currentTarget.value)} />
          <SegmentedControl size="xs" aria-label="Least severity" value={level} onChange={setLevel} data={[{ value: 'info', label: 'All' }, { value: 'warn', label: 'Warnings' }, { value: 'error', label: 'Errors' }]} />
          <Switch size="xs" label="Follow" checked={follow} onChange={(e) => setFollow(e.currentTarget.checked)} />
          <CopyButton value={shown.map(asText).join('\n')}>{({ copied, copy }) => <Button size="compact-sm" variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}</CopyButton>
          {window.fineStudio
            ? <Button size="compact-sm" variant="default" onClick={() => void window.fineStudio?.revealFile(`runs/${run.id}`)}>Show its folder</Button>
            : info && <CopyButton value={[info.home, 'runs', run.id].join(info.platform === 'win32' ? '\\' : '/')}>{({ copied, copy }) => <Button size="compact-sm" variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy path of its folder'}</Button>}</CopyButton>}
        </>
      }
    >
      <div ref={scroller} className="sunk" tabIndex={0} role="log" aria-label="Log lines" style={{ height: 420, overflow: 'auto', fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.75rem' }}>
        {shown.length === 0 && <Text size="sm" c="dimmed" p="md">{said === null ? 'Loading.' : lines.length === 0 ? run.status === 'running' || run.status === 'queued' ? 'Nothing said yet.' : 'This run said nothing.' : 'Nothing matches the filter.'}</Text>}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const line = shown[item.index];
            return (
              <Group key={line.n} ref={virtual.measureElement} data-index={item.index} gap="sm" wrap="nowrap" align="flex-start" px="sm" py={1} style={{ position: 'absolute', insetInline: 0, transform: `translateY(${item.start}px)`, color: COLORS[line.level] }}>
                <Text span inherit c="dimmed" style={{ flex: 'none' }}>{clock(line.time)}</Text>
                {line.level !== 'info' && <Text span inherit fw={600} style={{ flex: 'none' }}>{line.level}</Text>}
                <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{line.message}</span>
              </Group>
            );
          })}
        </div>
      </div>
    </Section>
  );
}
