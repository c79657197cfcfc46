/**
 * `npm run bench`: our engine's times and, where a Python with PyTorch is given, the comparison in one run.
 *   npm run bench -- [--torch PYTHON] [--rounds 11] [--shape N] [--write]
 * `--write` puts the result into docs/performance.md. Nothing else should run on the machine meanwhile.
 */
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SHAPES, type BenchConfig } from './configurations';
import { type Contestant, type Outcome, lockstep, median, ratio } from './lockstep';
import { report, type Row } from './report';

const { values: options } = parseArgs({ options: { torch: { type: 'string' }, rounds: { type: 'string', default: '11' }, shape: { type: 'string' }, threads: { type: 'string' }, write: { type: 'boolean', default: false } } });
const rounds = Number(options.rounds);
const threads = Number(options.threads ?? Math.min(cpus().length, 2));
const root = join(import.meta.dirname, '../../..');
const child = join(import.meta.dirname, 'engine_child.mjs');

const ours = (label: string, config: BenchConfig): Contestant => ({ label, command: process.execPath, args: [child, JSON.stringify({ ...config, threads })] });
const theirs = (label: string, config: BenchConfig): Contestant[] =>
  options.torch ? [{ label, command: options.torch, args: [join(root, 'bench/speed/torch_child.py'), JSON.stringify({ ...config, threads })], env: { OMP_NUM_THREADS: String(threads) } }] : [];

const rows: Row[] = [];
const facts: { torch: string | null; startMs: Record<string, number> } = { torch: null, startMs: {} };

function note(name: string, shape: string, bar: number | null, a: Outcome, b: Outcome): void {
  const failed = a.failure ?? b.failure;
  rows.push(failed ? { name, shape, bar, failure: failed } : { name, shape, bar, ours: median(a.ms), theirs: median(b.ms), ...ratio(a, b) });
  const row = rows.at(-1)!;
  console.log(failed ? `${name} [${shape}]: ${failed}` : `${name} [${shape}]: ${row.median!.toFixed(3)} (${row.low!.toFixed(3)} to ${row.high!.toFixed(3)}), ${row.ours!.toFixed(1)} ms against ${row.theirs!.toFixed(1)} ms${bar === null ? '' : `, bar ${bar}`}`);
}

function page(): string {
  return report({ rows, rounds, threads, torch: facts.torch, startMs: facts.startMs, node: process.version, cpu: cpus()[0].model, cores: cpus().length, memoryGiB: totalmem() / 2 ** 30 });
}

for (const [index, [shape, base]] of Object.entries(SHAPES).entries()) {
  if (options.shape !== undefined && Number(options.shape) !== index) continue;
  const train = { ...base, mode: 'train' } as const;
  // Half the hidden size: where a shared factor is worth its name. The costs at full rank are shown as well.
  const rank = base.hidden / 2;
  const outcomes = await lockstep(
    [
      ours('dense', train),
      ours('sigma only', { ...base, mode: 'sigma', rank }),
      ours('sigma and biases', { ...base, mode: 'sigma', rank, biases: true }),
      ours('factorised', { ...base, mode: 'factor', rank }),
      ...theirs('eager', train),
      ...theirs('fused AdamW', { ...train, adam: 'fused' }),
      // Compiling takes minutes, and bf16 does on a processor without its instructions: the small shape is enough to know.
      ...(index === 1 ? [...theirs('compile', { ...train, adam: 'fused', compile: true }), ...theirs('bf16', { ...train, adam: 'fused', bf16: true })] : []),
      ...theirs('sigma only', { ...base, mode: 'sigma', rank }),
      ...theirs('sigma and biases', { ...base, mode: 'sigma', rank, biases: true }),
      ...theirs('rebuilding W', { ...base, mode: 'factor', rank }),
    ],
    rounds,
  );
  const of = (label: string, which = 0): Outcome => outcomes.filter((outcome) => outcome.label === label)[which];
  const [dense, sigma, withBiases, factor] = outcomes;
  const eager = of('eager');
  facts.startMs[shape] = Number(dense.facts.compileMs);
  note('sigma-only step, rank half the hidden size / our dense step', shape, 0.55, sigma, dense);
  note('step on sigma and biases, rank half the hidden size / our dense step', shape, 0.55, withBiases, dense);
  if (eager) {
    facts.torch = String(eager.facts.torch);
    note('dense training step / PyTorch eager, AdamW', shape, index === 0 ? 0.9 : 0.95, dense, eager);
    note('dense training step / PyTorch eager, fused AdamW', shape, null, dense, of('fused AdamW'));
    if (of('compile')) note('dense training step / torch.compile', shape, null, dense, of('compile'));
    if (of('bf16')) note('dense training step / PyTorch bf16 autocast', shape, null, dense, of('bf16'));
    note('sigma-only step, rank half / PyTorch, the same', shape, 0.75, sigma, of('sigma only', 1));
    note('step on sigma and biases, rank half / PyTorch, the same', shape, 0.75, withBiases, of('sigma and biases', 1));
    note('factorised pretraining step, rank half / PyTorch rebuilding W', shape, 0.9, factor, of('rebuilding W'));
    rows.push({ name: 'peak memory of training / PyTorch eager (MB)', shape, bar: 0.75, ours: dense.peakMB, theirs: eager.peakMB, median: dense.peakMB / eager.peakMB, low: Number.NaN, high: Number.NaN });
  }
  const [full, denseAgain, ...torchFull] = await lockstep([ours('sigma only, full rank', { ...base, mode: 'sigma' }), ours('dense', train), ...theirs('sigma only, full rank', { ...base, mode: 'sigma' })], rounds);
  note('sigma-only step, rank the hidden size / our dense step', shape, null, full, denseAgain);
  if (torchFull[0]) note('sigma-only step, rank the hidden size / PyTorch, the same', shape, null, full, torchFull[0]);
  const [loop, bare] = await lockstep([ours('loop', { ...base, mode: 'loop' }), ours('bare', { ...train, windowed: true, ema: true })], rounds);
  note('training loop of the application / bare step', shape, 1.05, loop, bare);
  const draw = { ...base, batch: 16, mode: 'sample' } as const;
  const [sample, torchSample] = await lockstep([ours('DDIM', draw), ...theirs('DDIM', draw)], rounds);
  if (torchSample) note('DDIM step, batch 16 / PyTorch', shape, 0.95, sample, torchSample);
  // After every shape: a run takes a quarter of an hour, and what is measured should not be lost.
  if (options.write) writeFileSync(join(root, 'docs/performance.md'), page());
}

if (!options.write) console.log(`\n${page()}`);
