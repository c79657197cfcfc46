/** Another width, other heads or patches than the learngene's: an experiment, folded away unless it is in use. */
import { Accordion, Badge, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { DiTConfig } from '@shared/config';
import { type Problem, problemAt } from '../../client/plan';
import { ChoiceField, NumberField } from '../../components/form/fields';
import { type InitializeValues, RESIZE_LABELS, RESIZE_OPTIONS } from './values';

interface ShapeFieldsProps {
  values: InitializeValues;
  set(change: Partial<InitializeValues>): void;
  source: DiTConfig;
  problems: readonly Problem[];
}

export const SHAPE_FIELDS = ['hiddenSize', 'heads', 'patchSize', 'resizeMethod'];

export function ShapeFields({ values: v, set, source, problems }: ShapeFieldsProps) {
  const inUse = v.hiddenSize !== undefined || v.heads !== undefined || v.patchSize !== undefined;
  const [open, setOpen] = useState(inUse);
  const refused = SHAPE_FIELDS.some((field) => problemAt(problems, field));
  return (
    <Accordion variant="separated" chevronPosition="left" value={open || refused ? 'shape' : null} onChange={(value) => setOpen(value === 'shape')}>
      <Accordion.Item value="shape">
        <Accordion.Control>
          <Group gap="xs"><span>Other width, heads or patches</span><Badge size="sm" color="gray">Experimental</Badge></Group>
        </Accordion.Control>
        <Accordion.Panel>
          <Stack gap="sm">
            <Text size="sm">The paper keeps all of these. U and V are then derived from the learngene, and the proof is about the derived ones: frozen while sigma is tuned. With another width or patch size, embedders and final layer are tuned along. A wider model or other heads start well; a narrower one or other patches lose much at first.</Text>
            <SimpleGrid cols={{ base: 2, md: 3 }} spacing="md">
              <NumberField label="Hidden size" field="hiddenSize" problems={problems} value={v.hiddenSize} onChange={(hiddenSize) => set({ hiddenSize })} min={4} step={4} placeholder={String(source.hiddenSize)} />
              <NumberField label="Heads" field="heads" problems={problems} value={v.heads} onChange={(heads) => set({ heads })} min={1} placeholder={String(source.heads)} />
              <NumberField label="Patch size" field="patchSize" problems={problems} value={v.patchSize} onChange={(patchSize) => set({ patchSize })} min={1} placeholder={String(source.patchSize)} unit="pixels" />
            </SimpleGrid>
            <ChoiceField label="Rows of U and V" field="resizeMethod" problems={problems} value={v.resizeMethod} onChange={(resizeMethod) => set({ resizeMethod })} options={RESIZE_OPTIONS} help={RESIZE_LABELS[v.resizeMethod].help} />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
