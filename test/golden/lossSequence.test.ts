/**
 * Short loss sequences of whole trainings, stored in lossSequence.json. A change that moves one is wrong, or says so in its commit
 * (UPDATE_GOLDEN=1 writes the file anew from the reference backend). Tolerance: 5e-5 relative, the growth of float32 rounding
 * over these steps through Adam's division.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { type TrainOptions, train } from '../../src/main/engine/train';
import { tinyConfig, tinyData, tinyDiffusion, tinyTrain, tinyWeights } from '../../src/main/engine/train/testkit';

interface Sequence {
  losses: number[];
  gradNorms: number[];
  lossBefore: number;
  lossAfter: number;
}

const file = join(import.meta.dirname, 'lossSequence.json');
const stored = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Record<string, Sequence>;
const update = process.env.UPDATE_GOLDEN === '1';

const common = { data: tinyData(), diffusion: tinyDiffusion, stateDir: null, validationSamples: 10 };
const onlySigma: Pick<TrainOptions, 'trainable' | 'groups'> = {
  trainable: (name) => (name.startsWith('sigma.') ? 'sigma' : /^blocks\..*\.bias$/.test(name) ? 'biases' : null),
  groups: { sigma: { learningRate: 1e-2, weightDecay: 0 }, biases: { learningRate: 1e-3, weightDecay: 0 } },
};

const cases: Record<string, Omit<TrainOptions, 'backend'>> = {
  dense: { ...common, weights: tinyWeights(), train: tinyTrain({ steps: 8, weightDecay: 0.01 }) },
  'factorised, cosine schedule, clipped': { ...common, weights: tinyWeights('factorised'), train: tinyTrain({ steps: 8, schedule: 'cosine', gradientClip: 0.5 }) },
  'factorised, weights rebuilt': { ...common, weights: tinyWeights('factorised'), evaluation: 'rebuild', train: tinyTrain({ steps: 8, schedule: 'cosine', gradientClip: 0.5 }) },
  'sigma and biases alone': { ...common, ...onlySigma, weights: tinyWeights('factorised'), train: tinyTrain({ steps: 8 }) },
  'learned variance, gathered gradients': { ...common, weights: tinyWeights('dense', { ...tinyConfig, learnSigma: true }), train: tinyTrain({ steps: 5, batchSize: 2, accumulate: 2 }) },
  'x0 prediction, cosine noise': { ...common, diffusion: { timesteps: 100, schedule: 'squaredcos_cap_v2', prediction: 'x0' }, weights: tinyWeights(), train: tinyTrain({ steps: 5 }) },
};

async function sequenceOf(name: string, backend: 'tfjs-cpu' | 'onnxruntime'): Promise<Sequence> {
  const rows: Record<string, number>[] = [];
  const outcome = await train({ ...cases[name], backend: getBackend(backend), callbacks: { onMetrics: (more) => rows.push(...more.map(({ values }) => values)) } });
  const updates = rows.filter((values) => values.loss !== undefined);
  return { losses: updates.map((values) => values.loss), gradNorms: updates.map((values) => values.gradNorm), lossBefore: outcome.lossBefore!, lossAfter: outcome.lossAfter! };
}

describe.each(['tfjs-cpu', 'onnxruntime'] as const)('loss sequence on %s', (backend) => {
  it.each(Object.keys(cases))('%s', async (name) => {
    const sequence = await sequenceOf(name, backend);
    if (update && backend === 'tfjs-cpu') stored[name] = sequence;
    const golden = stored[name];
    const flat = (s: Sequence) => [...s.losses, ...s.gradNorms, s.lossBefore, s.lossAfter];
    expect(flat(sequence)).toHaveLength(flat(golden).length);
    flat(golden).forEach((value, i) => expect(Math.abs(flat(sequence)[i] / value - 1), `number ${i}: ${flat(sequence)[i]}, stored ${value}`).toBeLessThan(5e-5));
  });
});

it('does not depend on how factorised weights are applied', () => {
  const [factored, rebuilt] = [stored['factorised, cosine schedule, clipped'], stored['factorised, weights rebuilt']];
  factored.losses.forEach((loss, i) => expect(Math.abs(loss / rebuilt.losses[i] - 1)).toBeLessThan(1e-4));
});

afterAll(async () => {
  if (update) await writeFile(file, `${JSON.stringify(stored, null, 1)}\n`);
});
