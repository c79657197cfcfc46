/** Does a backend compute every op and its gradient as the JavaScript reference does? Asked by a person, and by the contract suite. */
import { AppError } from '../../../../shared/errors';
import { tfjsCpuBackend } from '../eagerCpu';
import { sizeOf } from '../host';
import { tf } from '../tf';
import type { Backend, ProgramSpec } from '../types';
import { OP_CASES, type OpCase } from './opCases';

/** Between two float32 implementations of one op, relative to the largest value. */
export const OP_TOLERANCE = 1e-5;

/** Uniform in -1..1, the same sequence for the same seed (Marsaglia's xorshift, 2003). */
export function noise(seed: number, length: number): Float32Array {
  let x = seed * 2654435761 + 1;
  return Float32Array.from({ length }, () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 31 - 1;
  });
}

function programOf({ operands, run, smooth = true }: OpCase): ProgramSpec {
  const names = operands.map((_, i) => `x${i}`);
  return {
    name: 'op',
    constants: {},
    state: {},
    inputs: Object.fromEntries(names.map((name, i) => [name, { shape: operands[i], dtype: 'float32' }])),
    body({ inputs }) {
      const x = names.map((name) => inputs[name]);
      const value = run(...x);
      // Weighted, so that a gradient that mixes elements up is seen.
      const weights = tf.tensor(noise(3, value.size), value.shape);
      const gradients = smooth ? tf.grads((...args) => tf.sum(tf.mul(run(...args), weights)))(x) : [];
      return { state: {}, outputs: Object.fromEntries([value, ...gradients].map((tensor, i) => [`out${i}`, tensor])) };
    },
  };
}

/** Runs one case: the value (`out0`) and the gradient by each operand (`out1`, ...). */
export async function runCase(backend: Backend, op: OpCase): Promise<Record<string, Float32Array>> {
  const program = await backend.compile(programOf(op));
  try {
    return (await program.run(Object.fromEntries(op.operands.map((shape, i) => [`x${i}`, noise(20 + i, sizeOf(shape))])))).outputs;
  } finally {
    await program.dispose();
  }
}

/** Largest difference relative to the largest reference value; infinite where either is not a number. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let scale = 1e-12;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return Number.isNaN(difference) ? Infinity : difference / scale;
}

/** Compares every case with the reference and gives their number. Throws `AppError('unsupported')` naming the ops that differ. */
export async function checkOps(backend: Backend, onCase: (done: number, total: number) => void = () => {}, tolerance = OP_TOLERANCE): Promise<number> {
  const wrong: { op: string; difference?: number; error?: string }[] = [];
  for (const [i, op] of OP_CASES.entries()) {
    const expected = await runCase(tfjsCpuBackend, op);
    try {
      const actual = await runCase(backend, op);
      const difference = Math.max(...Object.entries(expected).map(([name, value]) => relativeDifference(actual[name], value)));
      if (!(difference <= tolerance)) wrong.push({ op: op.name, difference });
    } catch (error) {
      wrong.push({ op: op.name, error: error instanceof Error ? error.message : String(error) });
    }
    onCase(i + 1, OP_CASES.length);
  }
  if (wrong.length > 0)
    throw new AppError('unsupported', `The backend "${backend.id}" computes ${wrong.length} of ${OP_CASES.length} ops otherwise than the reference: ${wrong.map(({ op }) => op).join('; ')}.`, { hint: 'Use another backend on this machine.', details: wrong });
  return OP_CASES.length;
}
