/**
 * The official numbers on WebGPU: the comparisons of the other files, in one process. On a machine without a GPU a software Vulkan
 * driver takes seconds to compile the shaders of a model, and they are shared as long as one session lives. What others cover in
 * part is left out unless DEVIATIONS asks for the whole table (deviations.ts).
 */
import { afterAll, expect, test, vi } from 'vitest';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { tf } from '../../src/main/engine/tensor/tf';
import type { Program, ProgramSpec } from '../../src/main/engine/tensor/types';
import { provideSwiftshader } from '../contract/backends/swiftshader';

vi.mock('./evaluate', async (original) => ({ ...(await original<object>()), GOLDEN_BACKENDS: ['webgpu'], QUICK: !process.env.DEVIATIONS }));

const missing = provideSwiftshader();
const { available, reason } = await getBackend('webgpu').describe();

if (available) {
  const keeper: ProgramSpec = { name: 'keeper', constants: {}, state: {}, inputs: { x: { shape: [1], dtype: 'float32' } }, body: ({ inputs }) => ({ state: {}, outputs: { y: tf.add(inputs.x, 1) } }) };
  const kept: Program = await getBackend('webgpu').compile(keeper);
  afterAll(() => kept.dispose());
  for (const file of ['diffusion', 'model', 'optim', 'sampling']) await import(`./${file}.test.ts`);
} else {
  process.stdout.write(`WebGPU is not compared here: ${missing ?? reason}\n`);
  // Only a missing driver is a reason to pass over it.
  test.skipIf(missing !== null)('WebGPU works on the software driver', () => expect(reason).toBeNull());
}
