/** Choose one dataset: cards with their previews, as radio buttons. Where there is only one, it is chosen. */
import { Group, Radio, SimpleGrid, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useConnection } from '../client/context';
import { useCall } from '../client/hooks';
import { type Problem, problemAt } from '../client/plan';
import { plural } from '../format/format';
import { TextLink } from './links';
import { Loaded } from './Loaded';

export function DatasetChoice({ value, onChange, problems }: { value: string | null; onChange(id: string): void; problems: readonly Problem[] }) {
  const datasets = useCall('datasets.list', {});
  const connection = useConnection();
  const problem = problemAt(problems, 'datasetId');
  const only = datasets.data?.length === 1 ? datasets.data[0].id : null;
  useEffect(() => {
    if (only && value === null) onChange(only);
  }, [only, value, onChange]);
  return (
    <Loaded query={datasets} height={180}>
      {(list) => (
        <Radio.Group value={value} onChange={onChange} name="datasetId" label="Dataset" labelProps={{ className: 'visually-hidden' }} error={problem && `${problem.message} ${problem.hint ?? ''}`}>
          <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="sm">
            {list.map((d) => (
              <Radio.Card key={d.id} value={d.id} p="xs" style={{ borderColor: value === d.id ? 'var(--accent)' : 'var(--line)', background: value === d.id ? 'var(--accent-soft)' : 'var(--sheet)' }}>
                <Group wrap="nowrap" gap="sm" align="center">
                  <Radio.Indicator />
                  {d.preview && <img className="pixelated" src={connection.fileUrl(d.preview)} alt="" width={56} height={56} style={{ objectFit: 'cover', objectPosition: 'left top', borderRadius: 4 }} />}
                  <div style={{ minWidth: 0 }}>
                    <Text size="sm" fw={600} truncate>{d.name}</Text>
                    <Text size="xs" c="dimmed">{d.images > 0 ? <>{plural(d.images, 'picture')}<br />{plural(d.classes.length, 'class', 'classes')}, {d.size} × {d.size}</> : 'Prepared at its first use'}</Text>
                  </div>
                </Group>
              </Radio.Card>
            ))}
          </SimpleGrid>
          <Text size="sm" mt="sm">{list.length === 0 ? 'There is no dataset yet. ' : 'Something else? '}<TextLink to="/data/add">Add images</TextLink> <Text span c="dimmed">(this form is kept)</Text></Text>
        </Radio.Group>
      )}
    </Loaded>
  );
}
