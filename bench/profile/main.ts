/**
 * `node scripts/bench.mjs profile [--shape N] [--mode train|sigma] [--rank R]`: where the time of one step goes, by kind of op,
 * with the rate of its matrix products beside the rate that the same runtime reaches on one large product: the limit for work
 * that is made of products. Times of single ops are those of the runtime's own profiler; nothing else should run meanwhile.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-node';
import { uniformRanks, type DiTConfig } from '../../src/shared/config';
import { initialFactors } from '../../src/main/engine/fine/factors';
import { ditDefault } from '../../src/main/engine/initialize/ditDefault';
import { counterRandom, STREAMS } from '../../src/main/engine/random';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { countMacs } from '../../src/main/engine/tensor/counts';
import { sizeOf } from '../../src/main/engine/tensor/host';
import { measureGflops } from '../../src/main/engine/tensor/measure';
import { emitOnnx } from '../../src/main/engine/tensor/onnx/emit';
import { WAITING } from '../../src/main/engine/tensor/ort/threads';
import { partition } from '../../src/main/engine/tensor/partition';
import { preferProducts, simplify } from '../../src/main/engine/tensor/passes';
import { traceProgram } from '../../src/main/engine/tensor/trace/traceProgram';
import { buildTrainStep } from '../../src/main/engine/train/trainStep';
import { SHAPES } from '../speed/configurations';
import { median } from '../speed/lockstep';

const RUNS = 15;
const { values: options } = parseArgs({ options: { shape: { type: 'string', default: '0' }, mode: { type: 'string', default: 'train' }, rank: { type: 'string' } } });
const [name, bench] = Object.entries(SHAPES)[Number(options.shape)] ?? [];
if (!name || !bench || !['train', 'sigma'].includes(options.mode)) throw new Error(`--shape is 0 to ${Object.keys(SHAPES).length - 1}, --mode train or sigma.`);
const threads = Math.min(availableParallelism(), 2);

const backend = getBackend('onnxruntime');
const config: DiTConfig = { inputSize: bench.size, patchSize: bench.patch, inChannels: bench.channels, hiddenSize: bench.hidden, depth: bench.depth, heads: bench.heads, mlpRatio: 4, numClasses: 10, learnSigma: false };
const sigma = options.mode === 'sigma';
const weights = sigma ? initialFactors(config, uniformRanks(Number(options.rank ?? bench.hidden / 2)), { start: 'gaussian', seed: 0 }) : ditDefault(config, 0);
const groupOf = sigma ? (tensor: string) => (/^sigma\.|^blocks\..*bias$/.test(tensor) ? 'default' : null) : () => 'default';
const step = buildTrainStep({ weights, groupOf, cachedBytes: backend.cachedBytes, diffusion: { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, train: { batchSize: bench.batch, accumulate: 1, emaDecay: 0, gradientClip: 0 } });
const graph = traceProgram(step.spec);
simplify(graph);
const macs = countMacs(graph);
const { compute } = partition(graph);
preferProducts(compute);
const emitted = emitOnnx(compute);

/** Milliseconds of one run by op, and of the runs as a whole. */
async function profile(): Promise<{ byOp: Map<string, { ms: number; nodes: number }>; stepMs: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'));
  try {
    const session = await ort.InferenceSession.create(emitted.model, { executionProviders: ['cpu'], graphOptimizationLevel: 'all', intraOpNumThreads: threads, enableMemPattern: false, enableProfiling: true, profileFilePrefix: join(folder, 'run'), logSeverityLevel: 3, extra: { session: WAITING } });
    const draw = counterRandom(0, STREAMS.noise, 0);
    const feeds = Object.fromEntries(
      compute.inputs.filter((value) => emitted.inputs.includes(value.input!)).map((value) => {
        const n = sizeOf(value.shape);
        const data = value.dtype === 'int32' ? draw.integers(n, 10) : draw.normals(n).map((x) => x / 20);
        return [value.input!, new ort.Tensor(value.dtype, data as Float32Array, value.shape)];
      }),
    );
    const steps: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      await session.run(feeds);
      steps.push(performance.now() - start);
    }
    session.endProfiling();
    await session.release();
    const [file] = readdirSync(folder);
    const durations = new Map<string, { op: string; ms: number[] }>();
    for (const event of JSON.parse(readFileSync(join(folder, file), 'utf8')) as { cat: string; name: string; dur: number; args: { op_name?: string } }[]) {
      if (event.cat !== 'Node' || !event.name.endsWith('_kernel_time')) continue;
      const known = durations.get(event.name) ?? { op: event.args.op_name!, ms: [] };
      known.ms.push(event.dur / 1000);
      durations.set(event.name, known);
    }
    const byOp = new Map<string, { ms: number; nodes: number }>();
    for (const { op, ms } of durations.values()) {
      const sum = byOp.get(op) ?? { ms: 0, nodes: 0 };
      byOp.set(op, { ms: sum.ms + median(ms), nodes: sum.nodes + 1 });
    }
    return { byOp, stepMs: median(steps) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rate = await measureGflops(backend, { size: 1024, repeats: 4, runs: 6, threads });
const { byOp, stepMs } = await profile();
const total = [...byOp.values()].reduce((sum, { ms }) => sum + ms, 0);
const isProduct = (op: string): boolean => ['MatMul', 'FusedMatMul', 'Gemm', 'FusedGemm'].includes(op);
const products = [...byOp].reduce((sum, [op, { ms }]) => sum + (isProduct(op) ? ms : 0), 0);
const rows = [...byOp].filter(([op]) => !isProduct(op)).sort((a, b) => b[1].ms - a[1].ms);
const line = (label: string, ms: number, nodes: number | string): string => `| ${label} | ${ms.toFixed(1)} | ${((100 * ms) / total).toFixed(1)} % | ${nodes} |`;

console.log(`## ${name}, ${sigma ? 'sigma only' : 'dense'}, ${threads} threads\n`);
console.log(`One step without the update of the weights: ${stepMs.toFixed(0)} ms, of which ops ${total.toFixed(0)} ms (medians of ${RUNS} runs, profiler on).\n`);
console.log('| op | ms | share | nodes |\n|---|---|---|---|');
console.log(line('matrix products', products, [...byOp].reduce((sum, [op, { nodes }]) => sum + (isProduct(op) ? nodes : 0), 0)));
for (const [op, { ms, nodes }] of rows.slice(0, 9)) console.log(line(op, ms, nodes));
const rest = rows.slice(9);
console.log(line('all others', rest.reduce((sum, [, { ms }]) => sum + ms, 0), rest.reduce((sum, [, { nodes }]) => sum + nodes, 0)));
console.log(`\nThe products are ${(macs / 1e9).toFixed(1)} G multiply-accumulates, done at ${((2 * macs) / products / 1e6).toFixed(0)} GFLOP/s; one product of 1024 x 1024 matrices runs at ${rate.toFixed(0)} GFLOP/s. At that rate they alone would take ${((2 * macs) / rate / 1e6).toFixed(0)} ms.`);
