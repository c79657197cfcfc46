/** Reads the golden tensors and says how far a result is from them. */
import { appendFileSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DiTConfig, Ranks } from '../../src/shared/config';
import type { TensorMap } from '../../src/main/engine/tensor/types';

export const FIXTURES = resolve(import.meta.dirname, '../fixtures');

export interface GoldenTensor {
  shape: number[];
  data: Float32Array | Float64Array | Int32Array;
}
export type Golden = Record<string, GoldenTensor>;

export const GOLDEN_CONFIG: DiTConfig = { inputSize: 8, patchSize: 2, inChannels: 4, hiddenSize: 32, depth: 3, heads: 4, mlpRatio: 4, numClasses: 5, learnSigma: true };
export const GOLDEN_CONFIG_LS0: DiTConfig = { ...GOLDEN_CONFIG, learnSigma: false };
export const GOLDEN_RANKS: Ranks = { qkv: 16, proj: 12, fc1: 16, fc2: 16, adaLN: 10 };

/** Every tensor of one file of the set; 64-bit integers become int32, as the engine uses them. */
export function readGolden(file: string): Golden {
  const bytes = readFileSync(resolve(FIXTURES, 'dit-tiny', `${file}.safetensors`));
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + headerLength).toString('utf8')) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  const golden: Golden = {};
  for (const [name, { dtype, shape, data_offsets: range }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const part = bytes.buffer.slice(bytes.byteOffset + 8 + headerLength + range[0], bytes.byteOffset + 8 + headerLength + range[1]);
    golden[name] = { shape, data: decode(dtype, part as ArrayBuffer) };
  }
  return golden;
}

function decode(dtype: string, buffer: ArrayBuffer): GoldenTensor['data'] {
  switch (dtype) {
    case 'F32': return new Float32Array(buffer);
    case 'F64': return new Float64Array(buffer);
    case 'I64': return Int32Array.from(new BigInt64Array(buffer), Number);
    default: throw new Error(`The golden set holds no ${dtype}.`);
  }
}

/** The weights of the model with (`true`) or without learned variance, without the frozen position table. */
export function goldenWeights(learnSigma: boolean): TensorMap {
  const { pos_embed: _, ...weights } = { ...readGolden('weights_ls1'), ...(learnSigma ? {} : readGolden('weights_ls0_delta')) };
  return toTensorMap(weights);
}

/** The golden factors in place of the block weights; biases and all else as in `goldenWeights`. */
export function goldenFactorised(learnSigma: boolean): TensorMap {
  const dense = Object.entries(goldenWeights(learnSigma)).filter(([name]) => !/^blocks\..*weight$/.test(name));
  const factors = Object.entries(readGolden('fine')).filter(([name]) => /^(U|V|sigma)\./.test(name));
  return { ...Object.fromEntries(dense), ...toTensorMap(Object.fromEntries(factors)) };
}

export function toTensorMap(golden: Golden): TensorMap {
  return Object.fromEntries(Object.entries(golden).map(([name, { shape, data }]) => [name, { shape, data: data instanceof Float64Array ? Float32Array.from(data) : data }]));
}

/**
 * Fails with file, tensor and place when `actual` differs from the golden tensor by more than `tolerance`
 * (absolute, or relative to the tensor's largest entry).
 */
export function expectGolden(backend: string, file: string, tensor: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: { absolute?: number; ofLargest?: number; relative?: number }): void {
  if (actual.length !== expected.length) throw new Error(`${file}: ${tensor} on ${backend} has ${actual.length} values instead of ${expected.length}.`);
  let scale = 0;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  let maxAbs = 0;
  let worst = { excess: -Infinity, at: 0 };
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]);
    const allowed = Math.max(tolerance.absolute ?? 0, (tolerance.ofLargest ?? 0) * scale, (tolerance.relative ?? 0) * Math.abs(expected[i]));
    maxAbs = Math.max(maxAbs, difference);
    if (!(difference - allowed <= worst.excess)) worst = { excess: difference - allowed, at: i };
  }
  noteDeviation({ backend, file, tensor, maxAbs, scale });
  if (!(worst.excess <= 0)) {
    throw new Error(`${file}: ${tensor} on ${backend} is ${actual[worst.at]} at ${worst.at} instead of ${expected[worst.at]} (largest deviation ${maxAbs.toExponential(2)}, largest entry ${scale.toExponential(2)}).`);
  }
}

/** One line per comparison for the table of deviations.ts, in the file that DEVIATIONS names. */
export function noteDeviation(comparison: { backend: string; file: string; tensor: string; maxAbs: number; scale: number }): void {
  if (process.env.DEVIATIONS) appendFileSync(process.env.DEVIATIONS, `${JSON.stringify(comparison)}\n`);
}
