/** Which initialisations: every one with what it does, what it needs and what it costs. */
import { Badge, Checkbox, Chip, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { SIGMA_STARTS, type SigmaStart } from '@shared/config';
import { INITIALIZATION_IDS, INITIALIZATION_INFOS, type InitializationId, type InitializationInfo } from '@shared/initializations';
import { type Problem, problemAt } from '../../client/plan';
import { START_LABELS } from '../initialize/values';
import type { BenchValues } from './values';

export interface BenchStepProps {
  values: BenchValues;
  set(change: Partial<BenchValues>): void;
  problems: readonly Problem[];
}

const GROUPS: readonly { needs: InitializationInfo['needs']; title: string; lead: string }[] = [
  { needs: 'nothing', title: 'From nothing', lead: 'No source: only the random start differs.' },
  { needs: 'dense', title: 'From a dense model', lead: 'One ordinary pretrained model serves them all.' },
  { needs: 'own', title: 'From their own pretraining', lead: 'Each pretrains a form of its own once, for all sizes.' },
];

/** Not an initialisation, so that it is no method: the same training, in factors. */
const FACTORS = 'factors';

export function MethodsStep({ values: v, set, problems }: BenchStepProps) {
  const problem = problemAt(problems, 'methods');
  return (
    <Stack gap="lg">
      <Group gap="xs" role="group" aria-label="Usual choices">
        {SETS.map(({ label, methods }) => (
          <Chip key={label} size="xs" type="radio" checked={methods.join() === v.methods.join()} onChange={() => set({ methods: [...methods] })}>{label}</Chip>
        ))}
      </Group>
      <Checkbox.Group label="Methods" labelProps={{ className: 'visually-hidden' }} value={v.factors ? [...v.methods, FACTORS] : v.methods} onChange={(chosen) => set({ methods: INITIALIZATION_IDS.filter((id) => chosen.includes(id)), factors: chosen.includes(FACTORS) })} error={problem && `${problem.message} ${problem.hint ?? ''}`}>
        <SimpleGrid cols={{ base: 1, md: 3 }} spacing="lg">
          {GROUPS.map(({ needs, title, lead }) => (
            <Stack key={needs} gap="sm" role="group" aria-label={title}>
              <div>
                <Text size="sm" fw={600}>{title}</Text>
                <Text size="xs" c="dimmed">{lead}</Text>
              </div>
              {INITIALIZATION_INFOS.filter((m) => m.needs === needs).map((m) => (
                <Checkbox key={m.id} value={m.id} label={<Group gap={6} component="span">{m.label}{m.adaptation && <Badge size="xs" color="gray" component="span">adapts {m.adaptation.steps} steps</Badge>}</Group>} description={m.description} />
              ))}
              {needs === 'nothing' && <Checkbox value={FACTORS} label="Factors from scratch" description="U, V and sigma trained together from nothing: what the learngene saves." />}
            </Stack>
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      {v.methods.includes('fine') && <SigmaStarts chosen={v.sigmaStarts} onChange={(sigmaStarts) => set({ sigmaStarts })} />}
    </Stack>
  );
}

/** Choices that one often makes. */
const SETS: readonly { label: string; methods: readonly InitializationId[] }[] = [
  { label: 'DiT default, TLEG, FINE', methods: ['scratch', 'tleg', 'fine'] },
  { label: 'The paper’s ablation A', methods: ['scratch', 'svd', 'fine'] },
  { label: 'Those that carry least', methods: ['scratch', 'share', 'tleg', 'wave', 'fine'] },
  { label: 'All', methods: INITIALIZATION_IDS },
];

/** The paper's ablation B: one row of FINE for each. */
function SigmaStarts({ chosen, onChange }: { chosen: readonly SigmaStart[]; onChange(starts: SigmaStart[]): void }) {
  return (
    <div>
      <Text size="sm" fw={500} mb={6} id="bench-sigma">Start of FINE’s sigma, one row each</Text>
      <Chip.Group multiple value={[...chosen]} onChange={(values) => values.length > 0 && onChange(SIGMA_STARTS.filter((s) => values.includes(s)))}>
        <Group gap="xs" role="group" aria-labelledby="bench-sigma">{SIGMA_STARTS.map((s) => <Chip key={s} value={s} size="xs">{START_LABELS[s].label}</Chip>)}</Group>
      </Chip.Group>
    </div>
  );
}
