/** A matrix product as a yardstick: does the backend compute right, and how fast. */
import { AppError } from '../../../shared/errors';
import { tf } from './tf';
import type { Backend, ProgramSpec } from './types';

function product(size: number, repeats: number): ProgramSpec {
  return {
    name: 'matmul-check',
    constants: {},
    state: { b: { shape: [size, size], dtype: 'float32' } },
    inputs: { a: { shape: [size, size], dtype: 'float32' } },
    body({ state, inputs }) {
      let x = inputs.a;
      for (let i = 0; i < repeats; i++) x = tf.matMul(x as tf.Tensor2D, state.b as tf.Tensor2D);
      return { state: {}, outputs: { mean: tf.mean(x), corner: tf.slice(x, [0, 0], [1, 1]) } };
    },
  };
}

/** Multiplies two small known matrices; throws `AppError('unsupported')` when the backend gives another product. */
export async function checkBackend(backend: Backend): Promise<void> {
  const size = 16;
  const a = Float32Array.from({ length: size * size }, (_, i) => ((i * 7) % 11) - 5);
  const b = Float32Array.from({ length: size * size }, (_, i) => ((i * 5) % 13) - 6);
  let corner = 0;
  for (let k = 0; k < size; k++) corner += a[k] * b[k * size];
  const program = await backend.compile(product(size, 1), { threads: 1 });
  try {
    await program.writeState({ b: { shape: [size, size], data: b } });
    const { outputs } = await program.run({ a });
    if (Math.abs(outputs.corner[0] - corner) > 1e-3) throw new AppError('unsupported', `The backend "${backend.id}" computes wrong results on this machine.`, { details: { expected: corner, got: outputs.corner[0] } });
  } finally {
    await program.dispose();
  }
}

/** Floating-point operations per second of a float32 matrix product, in units of 1e9 (best of a few runs). */
export async function measureGflops(backend: Backend, options: { size: number; repeats: number; runs: number; threads?: number }): Promise<number> {
  const { size, repeats, runs, threads } = options;
  const program = await backend.compile(product(size, repeats), { threads });
  try {
    // Rotations keep the product's size: random values would overflow after some repeats.
    await program.writeState({ b: { shape: [size, size], data: shifted(size) } });
    const a = Float32Array.from({ length: size * size }, (_, i) => ((i * 7) % 11) / 11);
    let best = Infinity;
    for (let run = 0; run <= runs; run++) {
      const start = performance.now();
      await program.run({ a });
      if (run > 0) best = Math.min(best, performance.now() - start);
    }
    return (2 * size ** 3 * repeats) / (best * 1e6);
  } finally {
    await program.dispose();
  }
}

/** A permutation matrix. */
function shifted(size: number): Float32Array {
  const matrix = new Float32Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + ((i + 1) % size)] = 1;
  return matrix;
}
