/** Any depth, width, number of heads and patch size: what it costs here, compared, and taken from here into a wizard. */
import { Button, Chip, Group, Menu, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCheck, IconPlus, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { PRESETS, SMALL_PRESETS } from '@shared/sizes';
import { useCall } from '../../client/hooks';
import { LinkButton } from '../../components/links';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { DataTable } from '../../components/table/DataTable';
import { useDraft } from '../../components/wizard/useDraft';
import { plural } from '../../format/format';
import { INITIAL as PRETRAIN } from '../pretrain/values';
import { sizeColumns } from './columns';
import { CostChart, directionOf, MEASURES, useMeasure } from './CostChart';
import { CostFigures } from './CostFigures';
import { ExplorerSettings } from './ExplorerSettings';
import { paretoFront } from './pareto';
import { FAMILIES, nameOf } from './presets';
import { EXPERIMENTAL, type Shape, shapeId, shapeProblems } from './shape';
import { ShapeControls } from './ShapeControls';
import { bare, type Explored, LATENTS, unique, useExplorer } from './useExplorer';

const NONE: ReadonlySet<string> = new Set();
const QUICK = [...SMALL_PRESETS, ...PRESETS.filter((p) => /^DiT-.*\/2$/.test(p.id))];

export default function SizesPage() {
  const explored = useExplorer();
  const { state, set, setting, current, candidates, learngene } = explored;
  const info = useCall('app.info', {}).data;
  const [chosen, setChosen] = useState(NONE);
  const [measure, setMeasure] = useMeasure();
  const problems = shapeProblems(state.shape, setting);
  const front = useMemo(() => {
    const known = candidates.filter((c) => MEASURES[measure].of(c) !== null);
    const best = paretoFront(known.map((c) => ({ x: c.cost.macs, y: MEASURES[measure].of(c)! })), directionOf(measure));
    return new Set(known.filter((_, i) => best[i]).map((c) => c.id));
  }, [candidates, measure]);

  const show = (shape: Shape) => set({ shape: bare(shape) });
  const add = (shapes: readonly Shape[]) => set({ candidates: unique([...candidates.map((c) => c.shape), ...shapes.filter((s) => shapeProblems(bare(s), setting).length === 0)]) });
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const listed = candidates.some((c) => c.id === shapeId(state.shape));
  const columns = sizeColumns({ hasLearngene: learngene !== undefined, front, show, currentId: current.id });

  return (
    <Page title="Size explorer" lead="What a model of any size costs on this machine, before anything is trained. Choose several to initialise them from one learngene.">
      <ExplorerSettings {...explored} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Section title="Size" actions={<Button size="compact-sm" leftSection={listed ? <IconCheck size={14} /> : <IconPlus size={14} />} disabled={problems.length > 0 || listed} onClick={() => add([state.shape])}>{listed ? 'In the table' : 'Add to the table'}</Button>}>
          <Stack gap="md">
            <ShapeControls shape={state.shape} setting={setting} problems={problems} onChange={show} />
            <Chip.Group value={QUICK.find((p) => shapeId(p) === current.id)?.id ?? ''} onChange={(id) => show(QUICK.find((p) => p.id === id)!)}>
              <Group gap={6} role="radiogroup" aria-label="Presets">{QUICK.map((p) => <Chip key={p.id} value={p.id} size="xs" disabled={shapeProblems(bare(p), setting).length > 0}>{p.label}</Chip>)}</Group>
            </Chip.Group>
          </Stack>
        </Section>
        <Section title="Cost" lead={problems.length > 0 ? 'This shape cannot exist: see the marked field.' : nameOf(state.shape)}>
          {problems.length === 0 ? <CostFigures cost={current.cost} setting={setting} freeBytes={info?.memoryBytes} hasRuns={explored.measured.length > 0} /> : <div style={{ minHeight: 230 }} />}
        </Section>
      </SimpleGrid>
      <Section title="Candidates" lead="A name puts the size into the sliders." flush actions={<Doing explored={explored} chosen={chosen} onAdd={add} onRemove={() => { set({ candidates: candidates.filter((c) => !chosen.has(c.id)).map((c) => c.shape) }); setChosen(NONE); }} />}>
        <DataTable label="Candidate sizes" keep="sizes" columns={columns} rows={candidates} rowId={(c) => c.id} initialSort={{ id: 'macs', desc: false }} selection={{ ids: chosen, onChange: setChosen, name: (c) => `size ${nameOf(c.shape)}` }} maxHeight={420} empty={<Text size="sm" c="dimmed" p="md">No size is listed. “Add” brings some.</Text>} />
      </Section>
      <CostChart candidates={candidates} current={problems.length === 0 ? current : null} front={front} chosen={chosen} measure={measure} onMeasure={setMeasure} onToggle={toggle} />
    </Page>
  );
}

/** What one can do with the chosen sizes. */
function Doing({ explored, chosen, onAdd, onRemove }: { explored: Explored; chosen: ReadonlySet<string>; onAdd(shapes: readonly Shape[]): void; onRemove(): void }) {
  const { state, candidates, learngene, source, dataId } = explored;
  const navigate = useNavigate();
  const draft = useDraft('pretrain', PRETRAIN);
  const picked = candidates.filter((c) => chosen.has(c.id));
  const fitting = learngene && source ? picked.filter((c) => c.unfit === null) : [];
  const depths = fitting.map((c) => c.shape.depth).toSorted((a, b) => a - b);
  const pretrain = (shape: Shape) => {
    draft.reset({ ...PRETRAIN, ...shape, factorised: state.factorised, rank: state.rank ?? undefined, datasetId: dataId === LATENTS ? null : dataId, batchSize: state.batchSize });
    void navigate({ to: '/pretrain' });
  };
  return (
    <>
      {picked.length > fitting.length && (
        <Text size="sm" c="dimmed">{!learngene ? 'Choose a learngene above to initialise sizes.' : fitting.length === 0 ? `${learngene.name} fits none of these.` : `${learngene.name} fits ${fitting.length} of these ${picked.length}.`}</Text>
      )}
      {picked.length === 1 && <Button size="compact-sm" variant="default" onClick={() => pretrain(picked[0].shape)}>Pretrain this size</Button>}
      {picked.length === 1 && picked[0].unfit === EXPERIMENTAL && <LinkButton size="compact-sm" variant="default" to="/initialize" search={{ learngene: learngene!.id, depths: [picked[0].shape.depth], hiddenSize: picked[0].shape.hiddenSize, heads: picked[0].shape.heads, patchSize: picked[0].shape.patchSize }}>Initialise (experimental)</LinkButton>}
      {picked.length > 0 && <Button size="compact-sm" variant="default" leftSection={<IconTrash size={14} />} onClick={onRemove}>Remove</Button>}
      {fitting.length > 0 && <LinkButton size="compact-sm" to="/initialize" search={{ learngene: learngene!.id, depths }}>Initialise {plural(fitting.length, 'size')}</LinkButton>}
      <Menu>
        <Menu.Target><Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />}>Add</Button></Menu.Target>
        <Menu.Dropdown>
          {FAMILIES.map((family) => <Menu.Item key={family.label} onClick={() => onAdd(family.shapes(state.shape))}>{family.label}</Menu.Item>)}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
