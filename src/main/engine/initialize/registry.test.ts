import { describe, expect, it } from 'vitest';
import type { DiTConfig } from '../../../shared/config';
import { INITIALIZATION_INFOS } from '../../../shared/initializations';
import { parameterSpecs } from '../model/parameters';
import { getBackend } from '../tensor/backends';
import { train } from '../train';
import { tinyConfig, tinyData, tinyDiffusion, tinyTrain, tinyWeights } from '../train/testkit';
import { normal } from './draw';
import { materialiseForm } from './materialise';
import { INITIALIZATIONS, initializationById } from './registry';
import type { Initialization, ModelForm, Source } from './types';

const config: DiTConfig = { ...tinyConfig, depth: 3 };

/** A source as training would leave it: no tensor at zero. */
function trainedSource(method: Initialization): Source | null {
  if (method.needs === 'nothing') return null;
  if (method.needs === 'dense') return tinyWeights('dense', config);
  const form = method.source!(config, 1);
  return { config, ranks: form.ranks, tensors: Object.fromEntries(Object.entries({ ...form.frozen, ...form.trainable }).map(([name, t]) => [name, normal(t.shape, 0.3, 2, name)])) };
}

function trainForm(form: ModelForm, steps: number) {
  return train({
    weights: { config: form.config, ranks: form.ranks, tensors: { ...form.frozen, ...form.trainable } },
    trainable: (name) => (name in form.trainable ? 'default' : null),
    toModel: form.toDense,
    product: form.product,
    data: tinyData(),
    diffusion: tinyDiffusion,
    train: tinyTrain({ steps, emaDecay: 0 }),
    backend: getBackend('tfjs-cpu'),
    stateDir: null,
    validationSamples: 0,
  });
}

describe.each(INITIALIZATIONS.map((method) => [method.id, method] as const))('%s', (_, method) => {
  const source = trainedSource(method);

  it('gives every official tensor of a shallower and a deeper target', async () => {
    for (const depth of [2, 5]) {
      const { tensors, ranks } = await materialiseForm(method.target(source, { ...config, depth }, 3));
      expect(ranks).toBeNull();
      expect(Object.entries(tensors).map(([name, t]) => ({ name, shape: t.shape })).sort(byName)).toEqual(parameterSpecs({ ...config, depth }, null).sort(byName));
      for (const t of Object.values(tensors)) expect(t.data.every(Number.isFinite)).toBe(true);
    }
  });

  it('is decided by source and seed', () => {
    expect(method.target(source, config, 3).trainable).toEqual(method.target(source, config, 3).trainable);
  });

  it('says what it moves', () => {
    if (source) expect(method.carried(source, config)).toBeGreaterThan(0);
    else expect(method.needs).toBe('nothing');
  });

  it('names the field of a size that it cannot change', () => {
    if (source) expect(() => method.target(source, { ...config, patchSize: 1 }, 3)).toThrow(/patchSize/);
    if (source && !method.changes.width) expect(() => method.target(source, { ...config, hiddenSize: 4 }, 3)).toThrow(/hiddenSize/);
  });

  it('lets a gradient reach every trainable tensor of its target', async () => {
    const form = method.target(source, config, 3);
    const { weights } = await trainForm(form, 3);
    for (const [name, start] of Object.entries(form.trainable)) {
      const moved = weights.tensors[name].data.some((x, i) => x !== start.data[i]);
      expect([name, moved]).toEqual([name, true]);
    }
    for (const [name, start] of Object.entries(form.frozen)) expect(weights.tensors[name].data).toEqual(start.data);
  });

  it('trains its own source', async () => {
    if (!method.source) return expect(method.needs).not.toBe('own');
    const form = method.source(config, 1);
    const { weights, lastLoss } = await trainForm(form, 3);
    expect(Number.isFinite(lastLoss)).toBe(true);
    const still = Object.keys(form.trainable).filter((name) => weights.tensors[name].data.every((x, i) => x === form.trainable[name].data[i]));
    expect(still).toEqual([]);
  });
});

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

describe('registry', () => {
  it('is what people are told', () => {
    const told = INITIALIZATIONS.map(({ id, label, needs, adaptation }) => ({ id, label, needs, adaptation: adaptation.steps > 0 ? adaptation : null }));
    expect(INITIALIZATION_INFOS.map(({ id, label, needs, adaptation }) => ({ id, label, needs, adaptation }))).toEqual(told);
  });

  it('has one entry per id', () => {
    expect(new Set(INITIALIZATIONS.map((m) => m.id)).size).toBe(INITIALIZATIONS.length);
    for (const method of INITIALIZATIONS) expect(initializationById(method.id)).toBe(method);
    expect(() => initializationById('none')).toThrow('no initialisation');
  });
});
