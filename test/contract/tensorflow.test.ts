/** What the contract's suite cannot see of TensorFlow's graphs: constants too large for one, and what the library itself holds. */
import { describe, expect, test } from 'vitest';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { compileGraph } from '../../src/main/engine/tensor/tensorflow/graph/program';
import { loadTensorflow } from '../../src/main/engine/tensor/tensorflow/library';
import { locateBinding } from '../../src/main/engine/tensor/tensorflow/place';
import { tf } from '../../src/main/engine/tensor/tf';
import type { ProgramSpec } from '../../src/main/engine/tensor/types';
import { initialState, inputsOfStep, TRAINING_STEP } from './backends/trainingStep';

const present = locateBinding() !== null;
if (!present) process.stdout.write('TensorFlow’s graphs are not tested here: its native library is not installed (docs/backends.md)\n');

describe.skipIf(!present)('TensorFlow’s graphs', () => {
  test('constants too large for a graph are variables that no step changes', async () => {
    const spec: ProgramSpec = {
      name: 'baked',
      constants: { a: { shape: [3], data: Float32Array.of(1, 2, 3) }, b: { shape: [3], data: Int32Array.of(4, 5, 7) } },
      state: { s: { shape: [3], dtype: 'float32' } },
      inputs: { x: { shape: [3], dtype: 'float32' } },
      body: ({ constants, state, inputs }) => ({ state: { s: tf.add(state.s, constants.a) }, outputs: { y: tf.add(tf.mul(inputs.x, constants.a), tf.cast(constants.b, 'float32')) } }),
    };
    const program = await compileGraph(loadTensorflow(2), spec, { bakedLimit: 1 });
    for (const turn of [1, 2]) {
      expect([...(await program.run({ x: Float32Array.of(1, 1, 2) })).outputs.y]).toEqual([5, 7, 13]);
      expect([...(await program.readState()).s.data]).toEqual([turn, 2 * turn, 3 * turn]);
    }
    await program.dispose();
  });

  test('the library holds neither tensors nor sessions when a program is gone, and no more of them with every step', async () => {
    const binding = loadTensorflow(2);
    const held = () => [binding.getNumOfTensors(), binding.getNumOfSavedModels()];
    const before = held();
    const program = await getBackend('tensorflow').compile(TRAINING_STEP);
    await program.writeState(initialState());
    await program.run(inputsOfStep(1));
    const atWork = held();
    for (let step = 2; step < 40; step++) await program.run(inputsOfStep(step));
    await program.readState();
    expect(held()).toEqual(atWork);
    await program.dispose();
    expect(held()).toEqual(before);
  });
});
