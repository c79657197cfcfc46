/** One computation in tfjs ops on a named backend; every golden comparison goes through it. */
import type * as tf from '@tensorflow/tfjs-core';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { locateBinding } from '../../src/main/engine/tensor/tensorflow/place';
import type { TensorMap, Tensors, TypedArray } from '../../src/main/engine/tensor/types';
import type { Golden } from './fixtures';

const tensorflow = locateBinding() !== null;
if (!tensorflow) process.stdout.write('TensorFlow is not compared here: its native library is not installed (docs/backends.md)\n');

/** All of them must agree with the official numbers. */
export const GOLDEN_BACKENDS = ['tfjs-cpu', 'onnxruntime', 'onnxruntime-api', ...(tensorflow ? (['tensorflow', 'tensorflow-eager'] as const) : [])] as const;
export type GoldenBackend = (typeof GOLDEN_BACKENDS)[number] | 'webgpu';

/** Whether to leave out what others of the comparisons cover in part; set where a step takes seconds. */
export const QUICK: boolean = false;

/** Runs `body` once: `weights` as state (so that a gradient can be taken), `inputs` as inputs. */
export async function evaluate(id: GoldenBackend, weights: TensorMap, inputs: Golden, body: (weights: Tensors, inputs: Tensors) => Record<string, tf.Tensor>): Promise<Record<string, Float32Array>> {
  const given = Object.fromEntries(Object.entries(inputs).map(([name, { shape, data }]) => [name, { shape, data: data instanceof Float64Array ? Float32Array.from(data) : data }]));
  const program = await getBackend(id).compile({
    name: 'golden',
    constants: {},
    state: Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }])),
    inputs: Object.fromEntries(Object.entries(given).map(([name, { shape, data }]) => [name, { shape, dtype: data instanceof Int32Array ? ('int32' as const) : ('float32' as const) }])),
    body: ({ state, inputs: values }) => ({ state: {}, outputs: body(state, values) }),
  });
  try {
    await program.writeState(weights);
    return (await program.run(Object.fromEntries(Object.entries(given).map(([name, { data }]) => [name, data as TypedArray])))).outputs;
  } finally {
    await program.dispose();
  }
}
