/** One suite over every backend that works on this machine. tfjs's CPU backend is the reference for all others. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { nativeHandles } from '../../src/main/engine/tensor/ort/nativeSession';
import { locateBinding } from '../../src/main/engine/tensor/tensorflow/place';
import { tf } from '../../src/main/engine/tensor/tf';
import type { Backend, Program, ProgramSpec, TensorMap } from '../../src/main/engine/tensor/types';
import { OP_TOLERANCE, relativeDifference, runCase } from '../../src/main/engine/tensor/check/checkOps';
import { OP_CASES } from '../../src/main/engine/tensor/check/opCases';
import { initialState, inputsOfStep, TRAINING_STEP } from './backends/trainingStep';

const tensorflow = locateBinding() !== null;
if (!tensorflow) process.stdout.write('TensorFlow is not tested here: its native library is not installed (docs/backends.md)\n');
const IDS = ['tfjs-cpu', 'onnxruntime', 'onnxruntime-api', ...(tensorflow ? (['tensorflow', 'tensorflow-bf16', 'tensorflow-eager'] as const) : [])] as const;

/** How far a backend may be from the reference, relative to the largest value: float32 in another order, or products of 8 significant bits. */
const FLOAT32 = { ops: OP_TOLERANCE, losses: 1e-5, state: 2e-4 };
const BFLOAT16 = { ops: 3e-2, losses: 1e-2, state: 0.2 };

async function train(program: Program, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step <= to; step++) losses.push((await program.run(inputsOfStep(step))).outputs.loss[0]);
  return losses;
}

let reference: { losses: number[]; state: TensorMap };
beforeAll(async () => {
  const program = await getBackend('tfjs-cpu').compile(TRAINING_STEP);
  await program.writeState(initialState());
  reference = { losses: await train(program, 1, 20), state: await program.readState() };
  await program.dispose();
});

describe.each(IDS)('%s', (id) => {
  const backend: Backend = getBackend(id);
  const tolerance = id === 'tensorflow-bf16' ? BFLOAT16 : FLOAT32;
  let tensorsBefore = 0;
  let handlesBefore = 0;
  beforeAll(() => {
    tensorsBefore = tf.memory().numTensors;
    handlesBefore = nativeHandles();
  });
  afterAll(() => {
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    expect(nativeHandles()).toBe(handlesBefore);
  });

  test('says what it is', async () => {
    const info = await backend.describe();
    expect(info).toMatchObject({ id, available: true, reason: null });
    expect(info.version).toMatch(/^\d+\.\d+/);
  });

  test.each(OP_CASES)('op: $name', async (op) => {
    const [expected, actual] = await Promise.all([runCase(getBackend('tfjs-cpu'), op), runCase(backend, op)]);
    for (const [name, value] of Object.entries(expected)) {
      expect(value.some((x) => x !== 0), name).toBe(true);
      expect(relativeDifference(actual[name], value), name).toBeLessThan(tolerance.ops);
    }
  });

  // With many threads the update of the weights is run in another way than with few.
  test.each([2, 8])('gives the loss sequence and the weights of the reference over 20 AdamW steps (%d threads)', async (threads) => {
    const program = await backend.compile(TRAINING_STEP, { threads });
    await program.writeState(initialState());
    const losses = await train(program, 1, 20);
    expect(losses[19]).toBeLessThan(losses[0]);
    expect(relativeDifference(losses, reference.losses)).toBeLessThan(tolerance.losses);
    const state = await program.readState();
    expect(Object.keys(state).sort()).toEqual(Object.keys(TRAINING_STEP.state).sort());
    for (const [name, value] of Object.entries(state)) expect(relativeDifference(value.data, reference.state[name].data), name).toBeLessThan(tolerance.state);
    await program.dispose();
  });

  test('repeats itself bit for bit from the same state', async () => {
    const program = await backend.compile(TRAINING_STEP);
    await program.writeState(initialState());
    await train(program, 1, 3);
    const middle = await program.readState();
    const first = await train(program, 4, 8);
    const end = await program.readState();
    await program.writeState(middle);
    expect(await train(program, 4, 8)).toEqual(first);
    expect(await program.readState()).toEqual(end);
    const other = await backend.compile(TRAINING_STEP);
    await other.writeState(middle);
    expect(await train(other, 4, 8)).toEqual(first);
    expect(await other.readState()).toEqual(end);
    await program.dispose();
    await other.dispose();
  });

  test('a step whose guard is not finite changes nothing', async () => {
    const program = await backend.compile(TRAINING_STEP);
    await program.writeState(initialState());
    await train(program, 1, 2);
    for (const poison of [NaN, Infinity]) {
      const before = await program.readState();
      const inputs = inputsOfStep(3);
      inputs.x[5] = poison;
      const result = await program.run(inputs);
      expect(result.committed).toBe(false);
      expect(Number.isFinite(result.outputs.loss[0])).toBe(false);
      expect(await program.readState()).toEqual(before);
    }
    const clean = await backend.compile(TRAINING_STEP);
    await clean.writeState(initialState());
    expect(await train(program, 3, 5)).toEqual((await train(clean, 1, 5)).slice(2));
    await program.dispose();
    await clean.dispose();
  });

  test('keeps state it does not update, swaps state whose values cross over, reads and writes single tensors', async () => {
    const spec: ProgramSpec = {
      name: 'crossing',
      constants: { one: { shape: [2], data: Float32Array.of(1, 1) } },
      state: Object.fromEntries(['a', 'b', 'kept', 'sum'].map((name) => [name, { shape: [2], dtype: 'float32' as const }])),
      inputs: { n: { shape: [2], dtype: 'int32' } },
      body: ({ constants, state, inputs }) => ({
        state: { a: state.b, b: state.a, sum: tf.add(tf.add(state.sum, tf.cast(inputs.n, 'float32')), constants.one) },
        outputs: { kept: state.kept, double: tf.mul(state.kept, 2) },
      }),
    };
    const program = await backend.compile(spec);
    expect((await program.readState(['a'])).a).toEqual({ shape: [2], data: new Float32Array(2) });
    await program.writeState({ a: { shape: [2], data: Float32Array.of(1, 2) }, kept: { shape: [2], data: Float32Array.of(7, 8) } });
    for (let i = 1; i <= 3; i++) {
      const { outputs, committed } = await program.run({ n: Int32Array.of(i, 10 * i) });
      expect(committed).toBe(true);
      expect([...outputs.kept, ...outputs.double]).toEqual([7, 8, 14, 16]);
    }
    expect(Object.fromEntries(Object.entries(await program.readState()).map(([name, { data }]) => [name, [...data]]))).toEqual({ a: [0, 0], b: [1, 2], kept: [7, 8], sum: [9, 63] });
    await program.dispose();
  });

  test('does not keep or share the arrays that it is given or gives back', async () => {
    const spec: ProgramSpec = {
      name: 'arrays',
      constants: {},
      state: { s: { shape: [3], dtype: 'float32' } },
      inputs: { x: { shape: [3], dtype: 'float32' } },
      body: ({ state, inputs }) => ({ state: { s: inputs.x }, outputs: { old: state.s, given: inputs.x } }),
    };
    const program = await backend.compile(spec);
    const x = Float32Array.of(1, 2, 3);
    const { outputs } = await program.run({ x });
    x.fill(9);
    outputs.given.fill(8);
    (await program.readState()).s.data.fill(7);
    expect([...(await program.readState()).s.data]).toEqual([1, 2, 3]);
    const written = Float32Array.of(4, 5, 6);
    await program.writeState({ s: { shape: [3], data: written } });
    written.fill(0);
    expect([...(await program.run({ x })).outputs.old]).toEqual([4, 5, 6]);
    await program.dispose();
  });

  test('names the op and the line when a kernel is missing', async () => {
    const spec: ProgramSpec = { name: 'exotic', constants: {}, state: {}, inputs: { x: { shape: [4], dtype: 'float32' } }, body: ({ inputs }) => ({ state: {}, outputs: { y: tf.atanh(inputs.x as tf.Tensor) } }) };
    await expect(backend.compile(spec)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/Atanh.*backends\.test\.ts:\d+/) });
  });

  test('refuses inputs and state that do not fit', async () => {
    const program = await backend.compile(TRAINING_STEP);
    await expect(program.run({})).rejects.toThrow(/input "x" is missing/);
    await expect(program.run({ ...inputsOfStep(1), x: new Float32Array(3) })).rejects.toThrow(/should be float32 \[4,6,8\]/);
    await expect(program.writeState({ 'p.sigma': { shape: [2], data: new Float32Array(2) } })).rejects.toThrow(/should be float32 \[3\]/);
    await expect(program.readState(['nothing'])).rejects.toThrow(/no state named "nothing"/);
    await program.dispose();
    await program.dispose();
    await expect(program.run(inputsOfStep(1))).rejects.toThrow(/disposed/);
  });

  test('compiling and disposing again and again leaves nothing behind', async () => {
    const tensors = tf.memory().numTensors;
    const handles = nativeHandles();
    for (let i = 0; i < 4; i++) {
      const program = await backend.compile(TRAINING_STEP);
      await program.run(inputsOfStep(1));
      await program.dispose();
    }
    expect(tf.memory().numTensors).toBe(tensors);
    expect(nativeHandles()).toBe(handles);
  });
});
