/** What is the same for all sizes: data, learngene, form, batch. */
import { Group, Input, NumberInput, SegmentedControl, Select } from '@mantine/core';
import { plural } from '../../format/format';
import { type Explored, LATENTS } from './useExplorer';

const NONE = 'none';

export function ExplorerSettings({ state, set, setting, datasets = [], learngenes = [], learngene, dataId }: Explored) {
  const { rank } = setting;
  return (
    <Group gap="md" align="flex-start">
      <Select w={230} size="xs" label="Data" value={dataId} onChange={(id) => set({ dataId: id })} data={[...datasets.map((d) => ({ value: d.id, label: `${d.name}, ${d.size} × ${d.size}, ${plural(Math.max(1, d.classes.length), 'class', 'classes')}` })), { value: LATENTS, label: 'Latents, 32 × 32 × 4, 1,000 classes' }]} />
      <Select w={250} size="xs" label="Learngene" value={learngene?.id ?? NONE} onChange={(id) => set({ learngeneId: id === NONE ? null : id })} data={[{ value: NONE, label: 'None' }, ...learngenes.map((l) => ({ value: l.id, label: l.name }))]} />
      <Input.Wrapper label="Form" size="xs" labelElement="div" labelProps={{ id: 'sizes-form' }}>
        <SegmentedControl size="xs" display="flex" aria-labelledby="sizes-form" value={state.factorised ? 'fine' : 'dense'} onChange={(v) => set({ factorised: v === 'fine' })} data={[{ value: 'fine', label: 'FINE' }, { value: 'dense', label: 'Dense' }]} />
      </Input.Wrapper>
      <NumberInput w={130} size="xs" label={learngene ? 'Rank (learngene’s)' : 'Rank'} min={1} allowDecimal={false} disabled={!state.factorised || learngene !== undefined} placeholder="hidden size" value={typeof rank === 'number' ? rank : ''} onChange={(n) => set({ rank: typeof n === 'number' && n >= 1 ? n : null })} />
      <NumberInput w={90} size="xs" label="Batch" min={1} max={4096} allowDecimal={false} value={state.batchSize} onChange={(n) => typeof n === 'number' && n >= 1 && set({ batchSize: n })} />
      <NumberInput w={120} size="xs" label="Sampling steps" min={1} max={1000} allowDecimal={false} value={state.sampleSteps} onChange={(n) => typeof n === 'number' && n >= 1 && set({ sampleSteps: n })} />
    </Group>
  );
}

