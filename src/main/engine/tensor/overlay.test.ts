import { describe, expect, test } from 'vitest';
import type { DiTConfig } from '../../../shared/config';
import { tinyConfig, tinyDiffusion, tinyTrain, tinyWeights } from '../train/testkit';
import { buildTrainStep, initialState } from '../train/trainStep';
import { getBackend } from './backends';
import { flattenUpdate, type Window } from './flatUpdate';
import type { Graph, Value } from './ir';
import { overlayActivations } from './overlay';
import { CUT_PREFIX, partition } from './partition';
import { simplify } from './passes';
import { planMemory, storage } from './planMemory';
import { STATE_PREFIX, traceProgram } from './trace/traceProgram';

/** Large enough that activations fill pages. */
const config: DiTConfig = { ...tinyConfig, inputSize: 16, hiddenSize: 32, depth: 3 };

function step() {
  const weights = tinyWeights('dense', config);
  return { weights, step: buildTrainStep({ weights, groupOf: () => 'default', diffusion: tinyDiffusion, train: tinyTrain({ batchSize: 2 }) }) };
}

interface Laid {
  value: Value;
  window: Window;
}

function overlaid(): { compute: Graph; gradients: Laid[]; states: Window[]; kept: Laid[]; peaks: [number, number] } {
  const graph = traceProgram(step().step.spec);
  simplify(graph);
  const parts = partition(graph);
  const { windows } = flattenUpdate(parts, { compiled: true })!;
  const gradients = [...windows].filter(([name]) => name.startsWith(CUT_PREFIX)).map(([name, window]) => ({ window, value: parts.compute.outputs.find((output) => output.name === name)!.value }));
  const states = [...windows].filter(([name]) => name.startsWith(STATE_PREFIX)).map(([, window]) => window);
  const known = new Set(windows.keys());
  const before = planMemory(parts.compute).peakBytes;
  overlayActivations(parts.compute, windows);
  const kept = parts.compute.outputs.flatMap(({ name, value }) => (windows.has(name) && !known.has(name) ? [{ value, window: windows.get(name)! }] : []));
  return { compute: parts.compute, gradients, states, kept, peaks: [before, planMemory(parts.compute).peakBytes] };
}

const overlap = (a: Window, b: Window): boolean => a.buffer === b.buffer && a.offset < b.offset + b.length && b.offset < a.offset + a.length;

/** All that a value is computed from. */
function sources(value: Value, seen = new Set<Value>()): Set<Value> {
  for (const input of value.node?.inputs ?? []) {
    if (seen.has(input)) continue;
    seen.add(input);
    sources(input, seen);
  }
  return seen;
}

describe('activations of a training step', () => {
  const { compute, gradients, states, kept, peaks } = overlaid();

  test('take the place of gradients, and less memory', () => {
    expect(kept.length).toBeGreaterThan(5);
    const bytes = kept.reduce((sum, { window }) => sum + 4 * window.length, 0);
    expect(peaks[0] - peaks[1]).toBeGreaterThan(0.8 * bytes);
  });

  test('lie only where a gradient is made of all that is made of them, and nowhere else', () => {
    for (const { value, window } of kept) {
      const results = compute.nodes.filter((node) => node.inputs.some((input) => storage(input) === value)).flatMap((node) => node.outputs);
      const under = gradients.filter((gradient) => overlap(gradient.window, window));
      expect(under.length).toBeGreaterThan(0);
      for (const { value: gradient } of under) {
        const made = sources(gradient);
        for (const result of results) expect(made.has(result)).toBe(true);
      }
      for (const state of states) expect(overlap(state, window)).toBe(false);
    }
  });

  test('lie beside each other', () => {
    for (const [i, { window }] of kept.entries()) for (const other of kept.slice(i + 1)) expect(overlap(window, other.window)).toBe(false);
  });
});

test('steps are those of a runtime that places its results itself', async () => {
  const numbers: number[][] = [];
  for (const id of ['onnxruntime-api', 'onnxruntime'] as const) {
    const { weights, step: trained } = step();
    const program = await getBackend(id).compile(trained.spec, { threads: 1 });
    await program.writeState(initialState(trained, weights));
    const scalars = { beta1: 0.9, rest1: 0.1, beta2: 0.999, rest2: 0.001, inverseRootBias2: 3, emaDecay: 0.9, emaRest: 0.1, 'stepSize.default': 1e-3, 'decay.default': 1 };
    const size = 2 * config.inChannels * config.inputSize ** 2;
    const losses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const batch = { x0: Float32Array.from({ length: size }, (_, k) => Math.sin(k * 0.7 + i)), noise: Float32Array.from({ length: size }, (_, k) => Math.cos(k * 1.3 + i)), t: Int32Array.of(10 + i, 60), y: Int32Array.of(1, i % 3) };
      const { outputs } = await program.run({ ...batch, ...Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)])) });
      losses.push(outputs.loss[0], outputs.gradNorm[0]);
    }
    numbers.push(losses);
    await program.dispose();
  }
  numbers[1].forEach((value, i) => expect(Math.abs(value / numbers[0][i] - 1)).toBeLessThan(5e-5));
});
