import { expect, test } from 'vitest';
import { tf } from '../tf';
import type { ProgramSpec } from '../types';
import { compileNative } from './nativeProgram';
import { nativeHandles } from './nativeSession';

const weights = Float32Array.from({ length: 16 }, (_, i) => Math.sin(i));
const spec: ProgramSpec = {
  name: 'large',
  constants: { w: { shape: [4, 4], data: weights } },
  state: { sum: { shape: [2, 4], dtype: 'float32' } },
  inputs: { x: { shape: [2, 4], dtype: 'float32' } },
  body({ constants, state, inputs }) {
    const y = tf.matMul(inputs.x as tf.Tensor2D, constants.w as tf.Tensor2D);
    return { state: { sum: tf.add(state.sum, y) }, outputs: { y } };
  },
};

test('constants beyond the limit are handed over as inputs, with the same results', async () => {
  const handles = nativeHandles();
  const x = Float32Array.from({ length: 8 }, (_, i) => i / 4 - 1);
  const results = [];
  for (const bakedLimit of [1024, 8]) {
    const program = await compileNative(spec, { threads: 1, bakedLimit });
    await program.run({ x });
    results.push([(await program.run({ x })).outputs.y, (await program.readState()).sum.data]);
    await program.dispose();
  }
  expect(results[0][0].some((value) => value !== 0)).toBe(true);
  expect(results[1]).toEqual(results[0]);
  expect(nativeHandles()).toBe(handles);
});

test('the event loop stays free while a program runs', async () => {
  const size = 384;
  const heavy: ProgramSpec = {
    name: 'heavy',
    constants: {},
    state: {},
    inputs: { x: { shape: [size, size], dtype: 'float32' } },
    body({ inputs }) {
      let x = inputs.x;
      for (let i = 0; i < 24; i++) x = tf.mul(tf.matMul(x as tf.Tensor2D, inputs.x as tf.Tensor2D), 0.01);
      return { state: {}, outputs: { mean: tf.mean(x) } };
    },
  };
  const program = await compileNative(heavy, { threads: 1 });
  let turns = 0;
  const turning = setInterval(() => turns++, 0);
  await program.run({ x: new Float32Array(size * size).fill(0.5) });
  clearInterval(turning);
  expect(turns).toBeGreaterThan(3);
  await program.dispose();
});

test('a program that cannot be compiled leaves nothing behind', async () => {
  const handles = nativeHandles();
  const broken: ProgramSpec = { ...spec, constants: { w: { shape: [4, 4], data: new Float32Array(3) } } };
  await expect(compileNative(broken, { threads: 1 })).rejects.toThrow(/3 elements for \[4,4\]/);
  expect(nativeHandles()).toBe(handles);
});
