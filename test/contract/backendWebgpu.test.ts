/**
 * WebGPU with the contract's training step. On a machine without a GPU it runs on a software Vulkan driver, whose shaders take
 * seconds to compile, so the session is made once for all checks.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getBackend } from '../../src/main/engine/tensor/backends';
import type { Program } from '../../src/main/engine/tensor/types';
import { provideSwiftshader } from './backends/swiftshader';
import { initialState, inputsOfStep, TRAINING_STEP, zeroState } from './backends/trainingStep';

const backend = getBackend('webgpu');
let program: Program | null = null;

beforeAll(async () => {
  let reason = provideSwiftshader();
  const info = await backend.describe();
  if (info.available) {
    program = await backend.compile(TRAINING_STEP);
    return;
  }
  reason ??= info.reason;
  process.stdout.write(`WebGPU is not tested here: ${reason}\n`);
  // Shaders compiled on a busy processor take longer than a hook's usual ten seconds.
}, 60_000);
afterAll(() => program?.dispose());

test('WebGPU gives the reference losses, keeps the state when the guard fails, and repeats itself', async ({ skip }) => {
  if (!program) return skip();
  const reference = await getBackend('tfjs-cpu').compile(TRAINING_STEP);
  await Promise.all([program.writeState(initialState()), reference.writeState(initialState())]);
  const losses: number[] = [];
  for (let step = 1; step <= 5; step++) {
    const expected = (await reference.run(inputsOfStep(step))).outputs.loss[0];
    losses.push((await program.run(inputsOfStep(step))).outputs.loss[0]);
    expect(Math.abs(losses.at(-1)! - expected)).toBeLessThan(1e-5 * expected);
  }
  const before = await program.readState();
  const poisoned = inputsOfStep(6);
  poisoned.x[0] = NaN;
  expect((await program.run(poisoned)).committed).toBe(false);
  expect(await program.readState()).toEqual(before);
  await program.writeState({ ...zeroState(), ...initialState() });
  for (let step = 1; step <= 3; step++) expect((await program.run(inputsOfStep(step))).outputs.loss[0]).toBe(losses[step - 1]);
  await reference.dispose();
});
