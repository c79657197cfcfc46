/** Waiting runs in their order, which one changes by dragging, by buttons or by Alt and the arrow keys. */
import { ActionIcon, Box, Group, Text, Tooltip } from '@mantine/core';
import { type Icon, IconArrowBarToUp, IconArrowDown, IconArrowUp, IconGripVertical, IconPlayerPause, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { Run } from '@shared/entities';
import { useAction } from '../../client/hooks';
import { ErrorPanel } from '../../components/ErrorPanel';
import { TextLink } from '../../components/links';
import { RUN_KIND_LABELS } from '../../components/RunStatus';
import { formatRoughly } from '../../format/format';
import { modelShape } from '../../format/model';
import { beforeOf, moved } from './order';
import classes from './queue.module.css';

export function WaitingList({ runs, expected }: { runs: readonly Run[]; expected(run: Run): number | null }) {
  const reorder = useAction('runs.reorder');
  const pause = useAction('runs.pause');
  const cancel = useAction('runs.cancel');
  // The wished order is shown until the host's own, which it asked for, has come.
  const [wish, setWish] = useState<{ ids: string[]; of: readonly Run[] } | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [spoken, setSpoken] = useState('');
  const list = useRef<HTMLOListElement>(null);
  const byId = new Map(runs.map((r) => [r.id, r]));
  const order = wish?.of === runs ? wish.ids : runs.map((r) => r.id);

  const move = (id: string, to: number) => {
    const ids = moved(order, id, to);
    if (ids === order) return;
    setWish({ ids, of: runs });
    setSpoken(`${byId.get(id)?.name} is now at place ${ids.indexOf(id) + 1} of ${ids.length}`);
    reorder.mutate({ id, before: beforeOf(ids, id) }, { onError: () => setWish(null) });
  };
  const onKey = (event: KeyboardEvent, id: string, at: number) => {
    const to = event.key === 'ArrowUp' ? at - 1 : event.key === 'ArrowDown' ? at + 1 : null;
    if (!event.altKey || to === null) return;
    event.preventDefault();
    move(id, to);
    // Moving a row in the document takes the focus away from it.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-run="${id}"]`)?.focus());
  };
  const error = reorder.error ?? pause.error ?? cancel.error;
  if (order.length === 0) return <Text size="sm" c="dimmed" px="md" pb="md">Nothing waits behind it.</Text>;
  return (
    <>
      {error && <Box px="md" pb="sm"><ErrorPanel error={error} onDismiss={() => (reorder.reset(), pause.reset(), cancel.reset())} /></Box>}
      <ol ref={list} className={classes.list} onDragOver={(event) => event.preventDefault()}>
        {order.map((id, at) => {
          const run = byId.get(id)!;
          const ms = expected(run);
          const model = run.config.model as Parameters<typeof modelShape>[0] | undefined;
          return (
            <li
              key={id}
              data-run={id}
              className={classes.row}
              data-dragged={dragged === id || undefined}
              tabIndex={0}
              aria-label={`${at + 1}: ${run.name}`}
              aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
              draggable
              onKeyDown={(event) => onKey(event, id, at)}
              onDragStart={(event) => { event.dataTransfer.effectAllowed = 'move'; event.dataTransfer.setData('text/plain', run.name); setDragged(id); }}
              onDragEnd={() => setDragged(null)}
              onDrop={(event) => { event.preventDefault(); if (dragged && dragged !== id) move(dragged, at); setDragged(null); }}
            >
              <IconGripVertical size={16} aria-hidden className={classes.grip} />
              <Text size="sm" c="dimmed" className={classes.place}>{at + 1}</Text>
              <Box miw={0} flex={1}>
                <TextLink to={`/runs/${id}`} fw={600} className={classes.name}>{run.name}</TextLink>
                <Text size="xs" c="dimmed" truncate>
                  {RUN_KIND_LABELS[run.kind]}{model ? `, ${modelShape(model)}` : ''}, {run.step > 0 ? `resumes at step ${run.step.toLocaleString('en')} of ${run.steps.toLocaleString('en')}` : `${run.steps.toLocaleString('en')} steps`}
                </Text>
              </Box>
              <Text size="sm" className={classes.time}>{ms === null ? 'time not known yet' : `about ${formatRoughly(ms)}`}</Text>
              <Group gap={2} wrap="nowrap">
                <Doing label="Move to the front" name={run.name} icon={IconArrowBarToUp} disabled={at === 0} onClick={() => move(id, 0)} />
                <Doing label="Move up" name={run.name} icon={IconArrowUp} disabled={at === 0} onClick={() => move(id, at - 1)} />
                <Doing label="Move down" name={run.name} icon={IconArrowDown} disabled={at === order.length - 1} onClick={() => move(id, at + 1)} />
                <Doing label="Pause" name={run.name} icon={IconPlayerPause} onClick={() => pause.mutate({ id })} />
                <Doing label="Cancel" name={run.name} icon={IconX} onClick={() => cancel.mutate({ id })} />
              </Group>
            </li>
          );
        })}
      </ol>
      <div className="visually-hidden" aria-live="polite">{spoken}</div>
    </>
  );
}

function Doing({ label, name, icon: IconOf, disabled = false, onClick }: { label: string; name: string; icon: Icon; disabled?: boolean; onClick(): void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={`${label}: ${name}`} disabled={disabled} onClick={onClick}><IconOf size={16} stroke={1.7} /></ActionIcon>
    </Tooltip>
  );
}
