/** A training step in miniature (one MLP with normalisation, forward, backward, update): does a backend do it right, and how fast. */
import { AppError } from '../../../shared/errors';
import { tfjsCpuBackend } from './eagerCpu';
import { gelu } from './ops/gelu';
import { layerNorm } from './ops/layerNorm';
import { tf } from './tf';
import type { Backend, Program, ProgramSpec } from './types';

interface Size {
  rows: number;
  width: number;
}

/** Small enough for the JavaScript reference, and 0.8 billion multiply-adds: some ten milliseconds on two cores. */
const CHECK: Size = { rows: 16, width: 24 };
const TIMED: Size = { rows: 512, width: 256 };
/** Of one timed step: two products forward, and two for the gradients of each. */
export const TIMED_MACS = 3 * 2 * TIMED.rows * TIMED.width * 4 * TIMED.width;
const CHECK_STEPS = 5;
/** Room for devices that multiply in fewer bits than float32 has. */
const TOLERANCE = 2e-3;
const RATE = 0.5;
const RUNS = 5;

function miniature({ rows, width }: Size): ProgramSpec {
  const weight = { shape: [width, 4 * width], dtype: 'float32' as const };
  const batch = { shape: [rows, width], dtype: 'float32' as const };
  return {
    name: 'test-step',
    constants: {},
    state: { up: weight, down: weight },
    inputs: { x: batch, target: batch },
    body({ state, inputs }) {
      const loss = (up: tf.Tensor, down: tf.Tensor): tf.Tensor => {
        const hidden = gelu(tf.matMul(layerNorm(inputs.x) as tf.Tensor2D, up as tf.Tensor2D));
        return tf.mean(tf.square(tf.sub(tf.matMul(hidden as tf.Tensor2D, down as tf.Tensor2D, false, true), inputs.target)));
      };
      const { value, grads } = tf.valueAndGrads(loss)([state.up, state.down]);
      const [up, down] = [state.up, state.down].map((w, i) => tf.sub(w, tf.mul(grads[i], RATE)));
      return { state: { up, down }, outputs: { loss: value } };
    },
  };
}

async function started(backend: Backend, size: Size): Promise<{ program: Program; step: () => Promise<number> }> {
  const wave = (n: number, phase: number, scale: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(phase + i * 12.9898) * scale);
  const { rows, width } = size;
  const program = await backend.compile(miniature(size));
  const shape = [width, 4 * width];
  await program.writeState({ up: { shape, data: wave(4 * width * width, 1, 1 / Math.sqrt(width)) }, down: { shape, data: wave(4 * width * width, 2, 1 / Math.sqrt(width)) } });
  const inputs = { x: wave(rows * width, 3, 1), target: wave(rows * width, 4, 1) };
  return { program, step: async () => (await program.run(inputs)).outputs.loss[0] };
}

async function lossesOf(backend: Backend): Promise<number[]> {
  const { program, step } = await started(backend, CHECK);
  try {
    const losses: number[] = [];
    for (let i = 0; i < CHECK_STEPS; i++) losses.push(await step());
    return losses;
  } finally {
    await program.dispose();
  }
}

let reference: Promise<number[]> | null = null;

/** Throws `AppError('unsupported')` when the losses of a few steps differ from those of the JavaScript reference. */
export async function checkStep(backend: Backend, tolerance = TOLERANCE): Promise<void> {
  const expected = await (reference ??= lossesOf(tfjsCpuBackend));
  const got = await lossesOf(backend);
  if (got.some((loss, i) => !(Math.abs(loss - expected[i]) <= tolerance * expected[i])))
    throw new AppError('unsupported', `The backend "${backend.id}" trains wrongly on this machine.`, { details: { expected, got } });
}

/** Milliseconds of one step of a size that counts, the best of a few. */
export async function measureStep(backend: Backend): Promise<number> {
  const { program, step } = await started(backend, TIMED);
  try {
    await step();
    let best = Infinity;
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      await step();
      best = Math.min(best, performance.now() - start);
    }
    return best;
  } finally {
    await program.dispose();
  }
}
