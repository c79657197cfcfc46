import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parameterSpecs } from '../main/engine/model/parameters';
import { uniformRanks, type DiTConfig } from './config';
import { type MeasuredPeak, describe as describeModel, estimateOf } from '../../bench/memory/configurations';
import memory from '../../test/fixtures/memory.json';
import { OFFICIAL_PRESETS, PRESETS, checkpointBytes, countParameters, countTunedParameters, depthSweep, estimateInferenceBytes, estimateTrainingBytes, factorisedForwardMacs, forwardMacs, tokenCount } from './sizes';

interface Facts {
  official: Record<string, { hidden: number; depth: number; heads: number; params_total_incl_frozen_pos_embed: number; params_trainable: number; gmacs_analytic: number }>;
  depth_sweep: Record<string, { hidden: number; heads: number; depth: number; x_embedder: number; t_embedder: number; y_embedder: number; pos_embed: number; block_each: number; blocks: number; final_layer: number; total_incl_pos_embed: number; trainable: number; trainable_learn_sigma_false: number; gmacs: number }>;
  fine_factor_params: Record<string, { shared_UV: number; sigma_per_layer: number; dense_5_matrices_per_block: number; shared_over_12_layer_dense: number }>;
}
const facts = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../test/fixtures/dit_facts.json'), 'utf8')) as Facts;

function imagenet(shape: { hiddenSize: number; depth: number; heads: number; patchSize: number }, learnSigma = true): DiTConfig {
  return { inputSize: 32, inChannels: 4, mlpRatio: 4, numClasses: 1000, learnSigma, hiddenSize: shape.hiddenSize, depth: shape.depth, heads: shape.heads, patchSize: shape.patchSize };
}
const gmacs = (config: DiTConfig): number => Math.round(forwardMacs(config) / 1e6) / 1e3;

test('the presets are exactly the official sizes', () => {
  expect(OFFICIAL_PRESETS.map((p) => p.id).sort()).toEqual(Object.keys(facts.official).sort());
  expect(new Set(PRESETS.map((p) => p.id)).size).toBe(PRESETS.length);
});

describe.each(Object.entries(facts.official))('%s', (name, fact) => {
  const preset = OFFICIAL_PRESETS.find((p) => p.id === name)!;
  const config = imagenet(preset);

  test('has the official shape, parameters and multiply-accumulates', () => {
    expect(preset).toMatchObject({ hiddenSize: fact.hidden, depth: fact.depth, heads: fact.heads });
    const count = countParameters(config, null);
    expect(count.total).toBe(fact.params_trainable);
    expect(count.total + count.positionTable).toBe(fact.params_total_incl_frozen_pos_embed);
    expect(gmacs(config)).toBe(fact.gmacs_analytic);
  });
});

test.each(Object.entries(facts.depth_sweep))('depth sweep: %s', (name, fact) => {
  const patchSize = Number(/\/(\d)/.exec(name)![1]);
  const shape = { hiddenSize: fact.hidden, heads: fact.heads, patchSize, depth: 12 };
  const [config] = depthSweep(imagenet(shape), [fact.depth]);
  const count = countParameters(config, null);
  expect(count).toMatchObject({ xEmbedder: fact.x_embedder, tEmbedder: fact.t_embedder, yEmbedder: fact.y_embedder, positionTable: fact.pos_embed, densePerBlock: fact.block_each, finalLayer: fact.final_layer, total: fact.trainable });
  expect(config.depth * count.densePerBlock).toBe(fact.blocks);
  expect(count.total + count.positionTable).toBe(fact.total_incl_pos_embed);
  expect(countParameters(imagenet({ ...shape, depth: fact.depth }, false), null).total).toBe(fact.trainable_learn_sigma_false);
  expect(gmacs(config)).toBe(fact.gmacs);
});

test.each(Object.entries(facts.fine_factor_params).filter(([name]) => / r=/.test(name)))('factors: %s', (name, fact) => {
  const [letter, rank] = name.split(' r=');
  const preset = OFFICIAL_PRESETS.find((p) => p.id === `DiT-${letter}/2`)!;
  const config = imagenet({ ...preset, depth: 12 });
  const count = countParameters(config, uniformRanks(Number(rank)));
  expect(count.shared).toBe(fact.shared_UV);
  expect(count.sigmaPerBlock).toBe(fact.sigma_per_layer);
  expect(count.densePerBlock - count.biasesPerBlock).toBe(fact.dense_5_matrices_per_block);
  expect(count.shared / (12 * fact.dense_5_matrices_per_block)).toBeCloseTo(fact.shared_over_12_layer_dense, 4);
});

test('counts are those of the tensors that the engine makes', () => {
  const config: DiTConfig = { inputSize: 16, patchSize: 4, inChannels: 3, hiddenSize: 24, depth: 3, heads: 2, mlpRatio: 2.5, numClasses: 7, learnSigma: true };
  for (const ranks of [null, { qkv: 5, proj: 4, fc1: 3, fc2: 6, adaLN: 2 }]) {
    const numbers = parameterSpecs(config, ranks).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(countParameters(config, ranks).total).toBe(numbers);
    expect(checkpointBytes(config, ranks)).toBe(4 * numbers);
  }
  expect(countTunedParameters(config, uniformRanks(4), { tuneBiases: false })).toBe(3 * 5 * 4);
  expect(countTunedParameters(config, uniformRanks(4), { tuneBiases: true })).toBe(3 * (5 * 4 + 72 + 24 + 60 + 24 + 144));
  const { xEmbedder, tEmbedder, yEmbedder, finalLayer } = countParameters(config, null);
  expect(countTunedParameters(config, uniformRanks(4), { tuneBiases: false, tuneOuter: true })).toBe(3 * 5 * 4 + xEmbedder + tEmbedder + yEmbedder + finalLayer);
});

test('a factorised model never takes more work than its dense form and rebuilding', () => {
  const config = imagenet({ hiddenSize: 64, depth: 4, heads: 4, patchSize: 4 });
  expect(factorisedForwardMacs(config, uniformRanks(8), 32)).toBeLessThan(forwardMacs(config));
  const rebuilding = (config.depth * 64 * 64 * 64 * 18) / 32;
  expect(factorisedForwardMacs(config, uniformRanks(64), 32)).toBeLessThanOrEqual(forwardMacs(config) + rebuilding);
  expect(tokenCount(config)).toBe(64);
});

test('memory grows with batch, depth and what is trained', () => {
  const config = imagenet({ hiddenSize: 128, depth: 4, heads: 4, patchSize: 4 });
  const training = (batchSize: number, c = config, trained?: number): number => estimateTrainingBytes(c, { batchSize, ranks: null, trained });
  expect(training(64)).toBeGreaterThan(1.5 * training(32) - 180e6);
  expect(estimateTrainingBytes(config, { batchSize: 32, ranks: null, teacher: true })).toBeGreaterThan(training(32));
  expect(estimateTrainingBytes(config, { batchSize: 32, ranks: null, accumulate: 2 })).toBeGreaterThan(training(32));
  expect(estimateTrainingBytes(config, { batchSize: 32, ranks: null, sampleBatch: 32 })).toBeGreaterThan(training(32));
  expect(training(32, { ...config, depth: 8 })).toBeGreaterThan(training(32));
  expect(training(32, config, 0)).toBeLessThan(training(32));
  expect(estimateInferenceBytes(config, { batchSize: 32, ranks: null })).toBeLessThan(training(32));
});

test.each((memory.measured as MeasuredPeak[]).map((peak) => [`${peak.task}: ${describeModel(peak)}`, peak] as const))('memory of %s is estimated within 1.0 and 1.25 of the measured peak', (_, peak) => {
  const ratio = estimateOf(peak) / peak.peakBytes;
  expect(ratio).toBeGreaterThanOrEqual(1);
  expect(ratio).toBeLessThanOrEqual(1.25);
});
