import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { tfjsCpuBackend } from '../eagerCpu';
import { gelu } from '../ops/gelu';
import { layerNorm } from '../ops/layerNorm';
import { tf } from '../tf';
import type { ProgramSpec } from '../types';
import { exportForward, type ExportOptions } from './exportForward';

const WIDTH = 16;
const values = (length: number, scale: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7 + length) * scale);

const matrix = (rows: number, columns: number): { shape: number[]; data: Float32Array } => ({ shape: [rows, columns], data: values(rows * columns, 0.4) });

/** Patches, time and label embedding, modulation, attention, MLP: every way in which a batch moves through DiT. */
function forwardAt(batch: number): ProgramSpec {
  return {
    name: 'small-forward',
    constants: { 'embed.weight': matrix(5, WIDTH), 'qkv.weight': matrix(WIDTH, 3 * WIDTH), 'time.weight': matrix(8, WIDTH), 'mlp.weight': matrix(WIDTH, WIDTH), pos_embed: matrix(4, WIDTH) },
    state: {},
    inputs: { x: { shape: [batch, 4, 4, 4], dtype: 'float32' }, t: { shape: [batch], dtype: 'int32' }, y: { shape: [batch], dtype: 'int32' } },
    body({ constants: c, inputs }) {
      const patches = tf.transpose(tf.reshape(inputs.x, [batch, 4, 2, 2, 2, 2]), [0, 2, 4, 3, 5, 1]);
      let x = tf.add(tf.reshape(patches, [batch, 4, WIDTH]), c.pos_embed);
      const angle = tf.mul(tf.reshape(tf.cast(inputs.t, 'float32'), [batch, 1]), tf.tensor2d([1, 0.1, 0.01, 0.001], [1, 4]));
      const time = tf.matMul(tf.concat([tf.cos(angle), tf.sin(angle)], 1), c['time.weight']);
      const condition = tf.reshape(tf.add(time, tf.gather(c['embed.weight'], inputs.y)), [batch, 1, WIDTH]);
      const h = tf.mul(layerNorm(x), tf.add(condition, 1));
      const qkv = tf.transpose(tf.reshape(tf.matMul(tf.reshape(h, [batch * 4, WIDTH]), c['qkv.weight']), [batch, 4, 3, 2, WIDTH / 2]), [2, 0, 3, 1, 4]);
      const [q, k, v] = tf.unstack(qkv);
      const attended = tf.matMul(tf.softmax(tf.mul(tf.matMul(q, k, false, true), 0.3)), v);
      x = tf.add(x, tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [batch, 4, WIDTH]));
      const mlp = gelu(tf.matMul(tf.reshape(x, [batch * 4, WIDTH]), c['mlp.weight']));
      const constant = tf.mul(tf.ones([batch, 4, WIDTH]), tf.slice(condition, [0, 0, 0], [batch, 1, WIDTH]));
      return { state: {}, outputs: { prediction: tf.add(tf.add(x, tf.reshape(mlp, [batch, 4, WIDTH])), constant) } };
    },
  };
}

const base: ExportOptions = { bodyAtBatch: forwardAt, inputTypes: { t: 'int64', y: 'int64' }, metadata: { task: 'test' }, description: 'A small forward pass' };

function feeds(batch: number): { x: Float32Array; t: number[]; y: number[] } {
  return { x: values(batch * 64, 1), t: Array.from({ length: batch }, (_, i) => (i * 317) % 1000), y: Array.from({ length: batch }, (_, i) => i % 5) };
}

async function runOnnx(session: ort.InferenceSession, batch: number): Promise<{ data: Float32Array; dims: readonly number[] }> {
  const { x, t, y } = feeds(batch);
  const result = await session.run({
    x: new ort.Tensor('float32', x, [batch, 4, 4, 4]),
    t: new ort.Tensor('int64', BigInt64Array.from(t, BigInt), [batch]),
    y: new ort.Tensor('int64', BigInt64Array.from(y, BigInt), [batch]),
  });
  return { data: result.prediction.data as Float32Array, dims: result.prediction.dims };
}

async function runReference(batch: number): Promise<Float32Array> {
  const program = await tfjsCpuBackend.compile(forwardAt(batch));
  const { x, t, y } = feeds(batch);
  const { outputs } = await program.run({ x, t: Int32Array.from(t), y: Int32Array.from(y) });
  await program.dispose();
  return outputs.prediction;
}

function worst(a: Float32Array, b: Float32Array): number {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i])), 0);
}

test('one model serves every batch size and agrees with the reference', async () => {
  const exported = exportForward(base);
  expect(exported).toMatchObject({ opset: 18, inputs: ['x', 't', 'y'], outputs: ['prediction'], data: null });
  expect(exported.macsPerItem).toBe(8 * 16 + 4 * 16 * 48 + 2 * (4 * 4 * 8 * 2) + 4 * 16 * 16);
  const session = await ort.InferenceSession.create(exported.model);
  for (const batch of [1, 2, 7, 19]) {
    const { data, dims } = await runOnnx(session, batch);
    expect(dims).toEqual([batch, 4, WIDTH]);
    expect(worst(data, await runReference(batch))).toBeLessThan(1e-5);
  }
  await session.release();
});

test('names, types and metadata are in the file, Microsoft operators are not', () => {
  const text = Buffer.from(exportForward(base).model).toString('latin1');
  for (const expected of ['embed.weight', 'qkv.weight', 'batch', 'task', 'A small forward pass', 'LayerNormalization']) expect(text).toContain(expected);
  expect(text).not.toContain('com.microsoft');
  expect(text).not.toContain('FastGelu');
});

test('float16 halves the weights and stays close', async () => {
  const full = exportForward(base);
  const half = exportForward({ ...base, precision: 'float16' });
  expect(full.model.length - half.model.length).toBeGreaterThan(2 * 16 * 48);
  const session = await ort.InferenceSession.create(half.model);
  const difference = worst((await runOnnx(session, 3)).data, await runReference(3));
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(5e-3);
  await session.release();
});

test('weights in an external file give the same result', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-'));
  const exported = exportForward({ ...base, dataFile: 'model.onnx.data', alwaysExternal: true });
  expect(exported.data!.location).toBe('model.onnx.data');
  expect(exported.data!.chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(exported.data!.bytes);
  await writeFile(join(folder, 'model.onnx'), exported.model);
  await writeFile(join(folder, 'model.onnx.data'), Buffer.concat(exported.data!.chunks));
  const session = await ort.InferenceSession.create(join(folder, 'model.onnx'));
  expect(worst((await runOnnx(session, 2)).data, await runReference(2))).toBeLessThan(1e-5);
  await session.release();
  await rm(folder, { recursive: true });
});

test('a program that depends on the batch in another way is refused', () => {
  const odd = (batch: number): ProgramSpec => ({
    name: 'odd',
    constants: {},
    state: {},
    inputs: { x: { shape: [batch, 2], dtype: 'float32' } },
    body: ({ inputs }) => ({ state: {}, outputs: { y: tf.add(inputs.x, tf.tensor2d(values(batch * 2, 1), [batch, 2])) } }),
  });
  expect(() => exportForward({ bodyAtBatch: odd })).toThrow(/depends on the batch size/);
});
