/** The comparison as a page of Markdown. */

export interface Row {
  name: string;
  shape: string;
  /** The ratio that the project set itself; null where a figure is only shown. */
  bar: number | null;
  ours?: number;
  theirs?: number;
  median?: number;
  low?: number;
  high?: number;
  failure?: string;
}

export interface Report {
  rows: Row[];
  rounds: number;
  threads: number;
  torch: string | null;
  startMs: Record<string, number>;
  node: string;
  cpu: string;
  cores: number;
  memoryGiB: number;
}

export function report(r: Report): string {
  const lines = [
    '# Performance',
    '',
    'Written by `npm run bench -- --torch PYTHON --write`; do not edit by hand.',
    '',
    `Machine: ${r.cpu}, ${r.cores} cores, ${r.memoryGiB.toFixed(0)} GiB. Node ${r.node}${r.torch ? `, PyTorch ${r.torch}` : ''}. ${r.threads} threads on either side, float32 unless said.`,
    '',
    `All contestants of a table stand ready in processes of their own and take one step each, in turn. A ratio is taken round by round; the table gives the median over ${r.rounds} rounds and the quartiles. Below 1 we are faster (or smaller).`,
    '',
  ];
  for (const shape of new Set(r.rows.map((row) => row.shape))) {
    lines.push(`## ${shape}`, '', '| comparison | ratio | quartiles | ours | theirs | bar | met |', '|---|---|---|---|---|---|---|');
    for (const row of r.rows.filter((x) => x.shape === shape)) {
      if (row.failure || row.median === undefined) {
        lines.push(`| ${row.name} | failed: ${row.failure} | | | | ${row.bar ?? ''} | |`);
        continue;
      }
      const unit = row.name.includes('(MB)') ? '' : ' ms';
      const quartiles = Number.isNaN(row.low) ? '' : `${row.low!.toFixed(3)} to ${row.high!.toFixed(3)}`;
      lines.push(`| ${row.name.replace(' (MB)', '')} | **${row.median.toFixed(3)}** | ${quartiles} | ${row.ours!.toFixed(1)}${unit || ' MB'} | ${row.theirs!.toFixed(1)}${unit || ' MB'} | ${row.bar ?? 'shown'} | ${row.bar === null ? '' : row.median <= row.bar ? 'yes' : 'no'} |`);
    }
    if (r.startMs[shape]) lines.push('', `From "start" to a session that is ready (trace, passes, session): ${r.startMs[shape].toFixed(0)} ms.`);
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
