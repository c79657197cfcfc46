/**
 * `npm run bench -- memory`: the memory that training and sampling really take, in a process of their own for each of twenty
 * models, beside what the planner promises.
 *   npm run bench -- memory [--write|--again]
 * `--write` puts the table into docs/memory.md and the measurements into test/fixtures/memory.json, which the formula is tested against.
 * `--again` measures nothing and writes the table anew from those measurements, after a change of the formula.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MEMORY_CONFIGS, type MeasuredPeak, type MemoryConfig, describe, estimateOf } from './configurations';

const { values: options } = parseArgs({ options: { write: { type: 'boolean', default: false }, again: { type: 'boolean', default: false } } });
const root = join(import.meta.dirname, '../../..');

const measured: MeasuredPeak[] = [];
const folder = mkdtempSync(join(tmpdir(), 'fine-memory-'));

function peakOf(config: MemoryConfig, task: 'train' | 'prepare' | 'sample'): number {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, 'child.mjs'), JSON.stringify({ ...config, task }), join(folder, 'checkpoint.safetensors')], { encoding: 'utf8' });
  return (JSON.parse(output.trim().split('\n').at(-1)!) as { peakBytes: number }).peakBytes;
}

const fixture = join(root, 'test/fixtures/memory.json');
if (options.again) measured.push(...(JSON.parse(readFileSync(fixture, 'utf8')) as { measured: MeasuredPeak[] }).measured);
else for (const task of ['train', 'sample'] as const) {
  for (const config of MEMORY_CONFIGS) {
    // Tuned sigma is sampled like any other factorised model.
    if (task === 'sample' && config.kind === 'sigma') continue;
    if (task === 'sample') peakOf(config, 'prepare');
    measured.push({ ...config, task, peakBytes: peakOf(config, task) });
    console.log(row(measured.at(-1)!));
  }
}
rmSync(folder, { recursive: true, force: true });

function row(peak: MeasuredPeak): string {
  const estimate = estimateOf(peak);
  return `| ${describe(peak)} | ${(peak.peakBytes / 1e6).toFixed(0)} | ${(estimate / 1e6).toFixed(0)} | ${(estimate / peak.peakBytes).toFixed(2)} |`;
}

function table(task: MeasuredPeak['task']): string[] {
  return ['| model | measured (MB) | estimated (MB) | ratio |', '|---|---|---|---|', ...measured.filter((peak) => peak.task === task).map(row), ''];
}

if (options.write && !options.again) writeFileSync(fixture, `${JSON.stringify({ platform: `${process.platform}-${process.arch}`, node: process.version, measured }, null, 1)}\n`);
if (options.write || options.again) {
  const lines = [
    '# Memory',
    '',
    'Written by `npm run bench -- memory --write`; do not edit by hand.',
    '',
    `What a run will take is said before it starts, from its configuration alone (\`estimateTrainingBytes\` and \`estimateInferenceBytes\` in \`src/shared/sizes.ts\`, where the formula is derived). The tables compare that with the high-water mark of the resident memory of a fresh process on ${process.platform} ${process.arch}, Node ${process.version}, ONNX Runtime on two threads. The estimate is to lie between 1.0 and 1.25 of the measured peak; \`src/shared/sizes.test.ts\` holds it to that against these measurements.`,
    '',
    'Measured is the whole process: Node, the libraries, the trainer with its running average, held-out loss, prepared batches and saved states; for sampling the whole job, from the checkpoint (with its average) to the PNG, of at most 16 pictures at once. Sample grids during training come on top when they are asked for (the plan adds them), and so do the pictures of the dataset.',
    '',
    '## Training',
    '',
    ...table('train'),
    '## Sampling',
    '',
    ...table('sample'),
  ];
  writeFileSync(join(root, 'docs/memory.md'), `${lines.join('\n').trimEnd()}\n`);
}
