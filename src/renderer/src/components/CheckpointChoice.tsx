/** Choose one checkpoint, newest first; those that comparisons left come last, there being so many of them. */
import { Badge } from '@mantine/core';
import { IconChartDots } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { Checkpoint } from '@shared/entities';
import { useCall } from '../client/hooks';
import { type Problem, problemAt } from '../client/plan';
import { modelShape, ORIGINS } from '../format/model';
import { formatBytes, formatTime, formatValue } from '../format/format';
import { EmptyState } from './EmptyState';
import { LinkButton } from './links';
import { Loaded } from './Loaded';
import { PickList } from './PickList';

interface CheckpointChoiceProps {
  value: string | null;
  onChange(id: string): void;
  problems?: readonly Problem[];
  /** Why a checkpoint does not fit here; undefined when it does. */
  refused?(checkpoint: Checkpoint): string | undefined;
  label?: string;
}

export function CheckpointChoice({ value, onChange, problems = [], refused, label = 'Checkpoint' }: CheckpointChoiceProps) {
  const checkpoints = useCall('checkpoints.list', {});
  const problem = problemAt(problems, 'checkpointId');
  const fitting = checkpoints.data?.filter((c) => !refused?.(c)) ?? [];
  const only = fitting.length === 1 ? fitting[0].id : null;
  useEffect(() => {
    if (only && value === null) onChange(only);
  }, [only, value, onChange]);
  return (
    <Loaded query={checkpoints} height={200}>
      {(list) =>
        list.length === 0 ? (
          <EmptyState icon={IconChartDots} sentence="There is no checkpoint yet. Pretraining leaves one; an official DiT or any dense one can be imported." action={<LinkButton to="/pretrain">New pretraining</LinkButton>} second={<LinkButton to="/checkpoints/import" variant="default">Import a file</LinkButton>} />
        ) : (
          <PickList
            label={label}
            value={value}
            onChange={onChange}
            error={problem && `${problem.message} ${problem.hint ?? ''}`}
            picks={list.toSorted((a, b) => Number(a.origin === 'baseline') - Number(b.origin === 'baseline') || b.createdAt - a.createdAt).map((c) => ({
              id: c.id,
              name: c.name,
              detail: `${ORIGINS[c.origin]}, ${modelShape(c.model)}, step ${c.step.toLocaleString('en')}${c.loss === null ? '' : `, loss ${formatValue(c.loss, 3)}`}, ${formatTime(c.createdAt)}`,
              figure: formatBytes(c.bytes),
              badge: <Badge size="sm" color={c.form === 'factorised' ? 'viridian' : 'gray'}>{c.form}</Badge>,
              refused: refused?.(c),
            }))}
          />
        )
      }
    </Loaded>
  );
}
