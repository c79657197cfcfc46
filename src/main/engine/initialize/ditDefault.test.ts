import { describe, expect, it } from 'vitest';
import type { DiTConfig } from '../../../shared/config';
import { parameterSpecs } from '../model/parameters';
import { ditDefault } from './ditDefault';

const config: DiTConfig = { inputSize: 8, patchSize: 2, inChannels: 3, hiddenSize: 64, depth: 2, heads: 4, mlpRatio: 4, numClasses: 9, learnSigma: false };

const moments = (data: ArrayLike<number>) => {
  const x = Array.from(data);
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  return { mean, deviation: Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length), largest: Math.max(...x.map(Math.abs)) };
};

describe('ditDefault', () => {
  const { tensors } = ditDefault(config, 7);

  it('fills every official name with its shape', () => {
    expect(Object.entries(tensors).map(([name, t]) => ({ name, shape: t.shape }))).toEqual(parameterSpecs(config, null));
    for (const t of Object.values(tensors)) expect(t.data.length).toBe(t.shape.reduce((a, b) => a * b, 1));
  });

  it.each([
    ['blocks.0.attn.qkv.weight', 64, 192],
    ['blocks.1.mlp.fc2.weight', 256, 64],
    ['x_embedder.proj.weight', 12, 64],
  ])('draws %s uniformly in the Glorot bound', (name, fanIn, fanOut) => {
    const bound = Math.sqrt(6 / (fanIn + fanOut));
    const { mean, deviation, largest } = moments(tensors[name].data);
    const n = tensors[name].data.length;
    expect(largest).toBeLessThanOrEqual(bound);
    expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(3 * n));
    expect(Math.abs(deviation / (bound / Math.sqrt(3)) - 1)).toBeLessThan(5 / Math.sqrt(n));
  });

  it.each(['y_embedder.embedding_table.weight', 't_embedder.mlp.0.weight', 't_embedder.mlp.2.weight'])('draws %s with deviation 0.02', (name) => {
    const { deviation } = moments(tensors[name].data);
    expect(Math.abs(deviation / 0.02 - 1)).toBeLessThan(5 / Math.sqrt(2 * tensors[name].data.length));
  });

  it('starts biases, adaLN and the final layer at zero, and nothing else', () => {
    for (const [name, t] of Object.entries(tensors)) {
      const zero = t.data.every((x) => x === 0);
      expect([name, zero]).toEqual([name, /bias$|adaLN|^final_layer/.test(name)]);
    }
  });

  it('is decided by the seed, block by block', () => {
    expect(ditDefault(config, 7)).toEqual(ditDefault(config, 7));
    expect(ditDefault(config, 8).tensors['blocks.0.attn.qkv.weight'].data).not.toEqual(tensors['blocks.0.attn.qkv.weight'].data);
    expect(tensors['blocks.1.attn.qkv.weight'].data).not.toEqual(tensors['blocks.0.attn.qkv.weight'].data);
    const deeper = ditDefault({ ...config, depth: 5 }, 7).tensors;
    for (const name of Object.keys(tensors)) expect(deeper[name]).toEqual(tensors[name]);
  });
});
