/** Our side of the comparison: the engine's own training step or forward pass, one run per "go" line. See torch_child.py for the modes. */
import { createInterface } from 'node:readline';
import { uniformRanks, type DiTConfig } from '../../src/shared/config';
import { createDiffusion } from '../../src/main/engine/diffusion/gaussian';
import { ddimStep } from '../../src/main/engine/diffusion/samplers/ddim';
import { initialFactors } from '../../src/main/engine/fine/factors';
import { ditDefault } from '../../src/main/engine/initialize/ditDefault';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import { compileModel } from '../../src/main/engine/sample/forward';
import { resolveBackend } from '../../src/main/engine/tensor/backends';
import { adamScalars, groupScalars } from '../../src/main/engine/train/adamw';
import { freeMemory } from '../../src/main/engine/tensor/freeMemory';
import { buildTrainStep, initialState, releaseStart } from '../../src/main/engine/train/trainStep';
import type { BenchConfig } from './configurations';
import { WINDOW, gatedLoop } from './loop';

const bench = JSON.parse(process.argv[2]) as BenchConfig;
const config: DiTConfig = { inputSize: bench.size, patchSize: bench.patch, inChannels: bench.channels, hiddenSize: bench.hidden, depth: bench.depth, heads: bench.heads, mlpRatio: 4, numClasses: bench.classes ?? 10, learnSigma: false };
const diffusionConfig = { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' } as const;
const factorised = bench.mode === 'sigma' || bench.mode === 'factor';
const rank = bench.rank ?? bench.hidden;

/** A batch of noise: the content does not change the cost. */
function batch() {
  const draw = counterRandom(0, STREAMS.noise, 0);
  const n = bench.batch * config.inChannels * config.inputSize ** 2;
  return { x0: draw.normals(n), noise: counterRandom(1, STREAMS.noise, 0).normals(n), t: draw.integers(bench.batch, 1000), y: draw.integers(bench.batch, config.numClasses) };
}

async function prepare(): Promise<{ step: () => Promise<number>; facts: Record<string, unknown> }> {
  const backend = await resolveBackend(bench.backend ?? 'auto', { threads: bench.threads });
  const weights = factorised ? initialFactors(config, uniformRanks(rank), { start: 'gaussian', seed: 0 }) : ditDefault(config, 0);
  if (bench.mode === 'loop') {
    const loop = gatedLoop(config, bench.batch, backend, bench.threads);
    return { facts: { backend: backend.id }, step: async () => { await loop.turn(); return WINDOW; } };
  }
  const data = batch();
  const parameters = Object.values(weights.tensors).reduce((n, t) => n + t.data.length, 0);
  if (bench.mode === 'sample') {
    const diffusion = createDiffusion(diffusionConfig, { learnSigma: false, respacing: '50' });
    const model = await compileModel(weights, { backend, batch: bench.batch, fixed: true, threads: bench.threads });
    let x = data.noise;
    const t = new Int32Array(bench.batch).fill(500);
    return {
      facts: { parameters, backend: backend.id },
      async step() {
        const output = await model.forward(x, t, data.y);
        x = ddimStep(diffusion, 25, x, output, { batch: bench.batch, clip: true, eta: 0, noise: null });
        return x[0];
      },
    };
  }
  const tuned = bench.biases ? /^sigma\.|^blocks\..*bias$/ : /^sigma\./;
  const groupOf = bench.mode === 'sigma' ? (name: string) => (tuned.test(name) ? 'default' : null) : () => 'default';
  const step = buildTrainStep({ weights, groupOf, cachedBytes: backend.cachedBytes, diffusion: diffusionConfig, evaluation: bench.evaluation, train: { batchSize: bench.batch, accumulate: 1, emaDecay: bench.ema ? 0.99 : 0, gradientClip: 0 } });
  const program = await backend.compile(step.spec, { threads: bench.threads });
  await program.writeState(initialState(step, weights));
  // As the application does before its first step.
  releaseStart(step, weights);
  await freeMemory();
  let n = 0;
  const once = async (): Promise<number> => {
    const scalars: Record<string, number> = { ...adamScalars(n, 0.9, 0.999) };
    const rates = groupScalars(n, 0.9, 1e-4, 0);
    scalars['stepSize.default'] = rates.stepSize;
    scalars['decay.default'] = rates.decay;
    if (bench.ema) Object.assign(scalars, { emaDecay: 0.99, emaRest: 0.01 });
    n++;
    const { outputs } = await program.run({ ...data, ...Object.fromEntries(Object.entries(scalars).map(([k, v]) => [k, Float32Array.of(v)])) });
    return outputs.loss[0];
  };
  return {
    facts: { parameters, backend: backend.id, ...program.stats },
    async step() {
      let loss = Number.NaN;
      for (let i = 0; i < (bench.windowed ? WINDOW : 1); i++) loss = await once();
      return loss;
    },
  };
}

const start = performance.now();
const { step, facts } = await prepare();
const preparedMs = performance.now() - start;
const first = await step();
console.log('READY', JSON.stringify({ preparedMs, firstMs: performance.now() - start, loss: first, ...facts }));
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== 'go') break;
  const began = performance.now();
  const value = await step();
  console.log(JSON.stringify({ ms: performance.now() - began, value }));
}
console.log(JSON.stringify({ peakMB: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
