import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { layerNorm } from '../ops/layerNorm';
import { tf } from '../tf';
import type { ProgramSpec } from '../types';
import { GRAPH_CACHE_VARIABLE, cachedGraph } from './graphCache';
import { compileNative } from './nativeProgram';

const spec: ProgramSpec = {
  name: 'kept',
  constants: { w: { shape: [6, 6], data: Float32Array.from({ length: 36 }, (_, i) => Math.sin(i)) } },
  state: { p: { shape: [6, 6], dtype: 'float32' } },
  inputs: { x: { shape: [5, 6], dtype: 'float32' } },
  body({ constants, state, inputs }) {
    const f = (p: tf.Tensor): tf.Scalar => tf.mean(tf.square(layerNorm(tf.add(tf.matMul(inputs.x as tf.Tensor2D, constants.w as tf.Tensor2D), tf.matMul(inputs.x as tf.Tensor2D, p as tf.Tensor2D)))));
    const { value, grads } = tf.valueAndGrads(f)([state.p]);
    return { state: { p: tf.sub(state.p, tf.add(grads[0], 0.1)) }, outputs: { value } };
  },
};
const x = Float32Array.from({ length: 30 }, (_, i) => Math.cos(i));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphs-'));
  process.env[GRAPH_CACHE_VARIABLE] = folder;
});
afterEach(async () => {
  delete process.env[GRAPH_CACHE_VARIABLE];
  await rm(folder, { recursive: true });
});

async function results(): Promise<number[]> {
  const program = await compileNative(spec, { threads: 1 });
  try {
    const values = [];
    for (let i = 0; i < 3; i++) values.push(...(await program.run({ x })).outputs.value);
    return [...values, ...(await program.readState()).p.data];
  } finally {
    await program.dispose();
  }
}

test('a program from kept graphs computes the same, bit for bit', async () => {
  const first = await results();
  const files = await readdir(folder);
  expect(files.length).toBeGreaterThan(0);
  expect(files.every((name) => /^[0-9a-f]{64}\.onnx$/.test(name))).toBe(true);
  expect(await results()).toEqual(first);
  expect(await readdir(folder)).toEqual(files);
});

test('a damaged file is made anew', async () => {
  const first = await results();
  const [name] = await readdir(folder);
  const whole = await readFile(join(folder, name));
  for (const damaged of [whole.subarray(0, whole.length / 2), Buffer.alloc(0), Buffer.from(whole).fill(7, 100, 120)]) {
    await writeFile(join(folder, name), damaged);
    expect(await results()).toEqual(first);
    expect((await readFile(join(folder, name))).equals(whole)).toBe(true);
  }
});

test('nothing is kept of large models, without a folder, or where none can be made', async () => {
  const model = new Uint8Array(10);
  expect(await cachedGraph(new Uint8Array(64 * 2 ** 20 + 1), '1')).toBeNull();
  delete process.env[GRAPH_CACHE_VARIABLE];
  expect(await cachedGraph(model, '1')).toBeNull();
  await writeFile(join(folder, 'file'), '');
  expect(await cachedGraph(model, '1', join(folder, 'file'))).toBeNull();
});

test('only the graphs used last are kept', async () => {
  for (let i = 0; i < 70; i++) {
    const graph = (await cachedGraph(Uint8Array.of(i), '1', folder))!;
    expect(graph.model).toBeNull();
    await writeFile(graph.temporary, `graph ${i}`);
    await graph.keep();
  }
  expect(await readdir(folder)).toHaveLength(64);
  const last = await cachedGraph(Uint8Array.of(69), '1', folder);
  expect(Buffer.from(last!.model!).toString()).toBe('graph 69');
});
