/** Changes of the recipe at the trial's size, as a section of docs/trial.md. */
import { table } from '../markdown';
import { meanLoss } from '../probe';
import { type StudyRow, bands, showSeeds } from '../study';
import type { Probe } from '../tasks';

export function recipeSection(rows: StudyRow[]): string[] {
  if (!rows.some(isChange)) return [];
  const distances = ({ fd }: Probe): string => (fd ? `${fd.pixels.toFixed(0)} / ${fd.classifier.toFixed(0)}` : '-');
  const state = (probe: Probe): string[] => [meanLoss(probe.heldOut).toFixed(4), bands(probe.heldOut), distances(probe)];
  return [
    '## Changes of the recipe',
    'Not in the trial; run by `npm run bench:paper -- --study --trial`. One thing changed at a time, everything else as in the rows above: the source after phase 1, the target of depth 4 after tuning (TLEG and copied layers: as they start), and after 800 free steps with uniform weights. "Thirds": mean losses over t = 20 to 120, 200 to 420 and 560 to 900. The seed is that of source and target, or theirs with a colon between them. FD: pixels / classifier.',
    table(
      ['', 'seed', 'carried', 'source: val', 'thirds', 'FD', 'before free training: val', 'thirds', 'FD', 'after: val', 'thirds', 'FD'],
      rows.map(({ variant, seeds, source, target }) => [variant.label, showSeeds(seeds), `${(target.carried / 1000).toFixed(0)}K`, ...[source.probes.at(-1)!, target.probes[0], target.probes.at(-1)!].flatMap(state)]),
    ),
  ];
}

/** States that no row of the trial has, each once: a second target has the source of the first. */
export const statesOfChanges = (rows: StudyRow[]): Probe[] =>
  rows.filter(isChange).flatMap(({ variant, seeds, source, target }) => {
    const isFirst = seeds.source === seeds.target && (seeds.source > 0 || variant.source !== undefined);
    return [...(isFirst ? source.probes : []), ...target.probes];
  });

const isChange = ({ variant, seeds }: StudyRow): boolean => seeds.source > 0 || seeds.target > 0 || variant.source !== undefined || variant.target !== undefined;
