/**
 * The largest deviation from the golden set per file and backend, as a Markdown table:
 *   DEVIATIONS=deviations.jsonl npx vitest run test/golden && node test/golden/deviations.ts deviations.jsonl
 */
import { readFileSync } from 'node:fs';

interface Comparison {
  backend: string;
  file: string;
  tensor: string;
  maxAbs: number;
  scale: number;
}

const path = process.argv[2];
if (!path) throw new Error('Give the file that DEVIATIONS named while the golden tests ran.');
const comparisons = readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Comparison);

/** Relative to the tensor's largest entry where that is above 1, as the tolerances are. */
const size = ({ maxAbs, scale }: Comparison): number => maxAbs / Math.max(scale, 1);

const worst = new Map<string, { comparison: Comparison; count: number }>();
for (const comparison of comparisons) {
  const key = `${comparison.file}|${comparison.backend}`;
  const known = worst.get(key);
  worst.set(key, { comparison: known && size(known.comparison) >= size(comparison) ? known.comparison : comparison, count: (known?.count ?? 0) + 1 });
}
const rows = [...worst.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([, { comparison, count }]) => `| ${comparison.file} | ${comparison.backend} | ${count} | ${size(comparison).toExponential(1)} | ${comparison.tensor} |`);
console.log(['| file | backend | comparisons | largest deviation | of tensor |', '|---|---|---|---|---|', ...rows].join('\n'));
