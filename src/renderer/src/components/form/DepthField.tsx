/** Several depths: usual ones as buttons, any other by number. */
import { Chip, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Problem, problemAt } from '../../client/plan';
import { plural } from '../../format/format';
import { parseDepths } from '../../format/model';

interface DepthFieldProps {
  /** Offered as buttons. */
  usual: readonly number[];
  depths: readonly number[];
  onDepths(depths: number[]): void;
  problems: readonly Problem[];
}

export function DepthField({ usual, depths, onDepths, problems }: DepthFieldProps) {
  const change = (next: Iterable<number>) => onDepths([...new Set(next)].toSorted((a, b) => a - b));
  const problem = problemAt(problems, 'depths');
  const offered = [...new Set([...usual, ...depths])].toSorted((a, b) => a - b);
  return (
    <Stack gap="md">
      <Chip.Group multiple value={depths.map(String)} onChange={(values) => change(values.map(Number))}>
        <Group gap="xs" role="group" aria-label="Depths">
          {offered.map((d) => <Chip key={d} value={String(d)} size="sm">{plural(d, 'layer')}</Chip>)}
        </Group>
      </Chip.Group>
      <OtherDepths onAdd={(more) => change([...depths, ...more])} />
      {problem && <Text size="sm" c="var(--mantine-color-error)" role="alert">{problem.message} {problem.hint}</Text>}
    </Stack>
  );
}

function OtherDepths({ onAdd }: { onAdd(depths: number[]): void }) {
  const [text, setText] = useState('');
  const [refused, setRefused] = useState(false);
  const add = () => {
    const depths = parseDepths(text);
    setRefused(depths === null);
    if (!depths || depths.length === 0) return;
    onAdd(depths);
    setText('');
  };
  return (
    <TextInput
      label="Other depths"
      description="Numbers from 1 to 1000, such as 5, 7 or 10-14. Enter adds them."
      maw={460}
      value={text}
      onChange={(e) => { setRefused(false); setText(e.currentTarget.value); }}
      onKeyDown={(e) => {
        if (e.key !== 'Enter' || text.trim() === '') return;
        e.preventDefault();
        add();
      }}
      onBlur={add}
      error={refused && 'Write whole numbers from 1 to 1000, with commas, or a range such as 4-8.'}
    />
  );
}
