/** Sizes as points: what each costs against what it computes, and which no other beats. */
import { SegmentedControl, Stack } from '@mantine/core';
import { ScatterPanel, type ScatterSeries } from '../../components/chart/ScatterPanel';
import { formatBytes, formatCount } from '../../format/format';
import { useKept } from '../../client/settings';
import { stepTime } from './CostFigures';
import type { Direction } from './pareto';
import { nameOf } from './presets';
import type { Candidate } from './useExplorer';

export const MEASURES = {
  dense: { label: 'Parameters', unit: 'as dense', of: (c: Candidate) => c.cost.dense, format: formatCount, want: 'most', lead: 'The line joins the sizes with the most parameters for their work: no other has more for less.' },
  msPerStep: { label: 'Training step', unit: undefined, of: (c: Candidate) => c.cost.msPerStep, format: stepTime, want: 'least', lead: 'The line joins the sizes that get the most work done in their time. Estimated times follow the work; measured ones show how well this machine is used.' },
  msPerImage: { label: 'Sampling an image', unit: undefined, of: (c: Candidate) => c.cost.msPerImage, format: stepTime, want: 'least', lead: 'The line joins the sizes that get the most work done in their time.' },
  trainingBytes: { label: 'Training memory', unit: undefined, of: (c: Candidate) => c.cost.trainingBytes, format: formatBytes, want: 'least', lead: 'The line joins the sizes that do the most work in their memory.' },
} as const;
export type Measure = keyof typeof MEASURES;

export function directionOf(measure: Measure): Direction {
  return MEASURES[measure].want === 'most' ? { x: 'least', y: 'most' } : { x: 'most', y: 'least' };
}

export function useMeasure(): [Measure, (measure: Measure) => void] {
  const [measure, set] = useKept<Measure>('sizes.measure', 'dense');
  return [measure in MEASURES ? measure : 'dense', set];
}

interface CostChartProps {
  candidates: readonly Candidate[];
  current: Candidate | null;
  front: ReadonlySet<string>;
  chosen: ReadonlySet<string>;
  measure: Measure;
  onMeasure(measure: Measure): void;
  onToggle(id: string): void;
}

export function CostChart({ candidates, current, front, chosen, measure, onMeasure, onToggle }: CostChartProps) {
  const { label, unit, of, format, lead } = MEASURES[measure];
  const known = candidates.filter((c) => of(c) !== null);
  const groups: { key: string; label: string; of: Candidate[]; line?: boolean }[] = [
    { key: 'front', label: 'On the front', of: known.filter((c) => front.has(c.id)).toSorted((a, b) => a.cost.macs - b.cost.macs), line: true },
    { key: 'others', label: 'Beaten by another', of: known.filter((c) => !front.has(c.id)) },
    { key: 'chosen', label: 'Chosen', of: known.filter((c) => chosen.has(c.id)) },
    { key: 'current', label: 'In the sliders', of: current && of(current) !== null ? [current] : [] },
  ];
  const series: ScatterSeries[] = groups.map((g) => ({ key: g.key, label: g.label, line: g.line, points: g.of.map((c) => ({ x: c.cost.macs / 1e9, y: of(c)!, label: nameOf(c.shape) })) }));
  return (
    <Stack gap="xs">
      <SegmentedControl size="xs" aria-label="Vertical axis" value={measure} onChange={(m) => onMeasure(m as Measure)} data={Object.entries(MEASURES).map(([value, m]) => ({ value, label: m.label }))} style={{ alignSelf: 'flex-start' }} />
      <ScatterPanel
        title={`${label} against work`}
        lead={`${lead} A click chooses a size.`}
        series={series}
        x={{ label: 'Forward pass', unit: 'GMACs per image', format: (v) => String(Number(v.toPrecision(3))) }}
        y={{ label, unit, format }}
        height={320}
        logX
        logY
        empty="Times are known after the first run on this machine."
        onPoint={(key, index) => {
          const point = groups.find((g) => g.key === key)?.of[index];
          if (point && candidates.some((c) => c.id === point.id)) onToggle(point.id);
        }}
      />
    </Stack>
  );
}
