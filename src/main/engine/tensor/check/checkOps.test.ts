import { expect, test } from 'vitest';
import { tfjsCpuBackend } from '../eagerCpu';
import { tf } from '../tf';
import type { Backend } from '../types';
import { checkOps, relativeDifference } from './checkOps';
import { OP_CASES } from './opCases';

test('a backend that computes as the reference passes every case, and leaves nothing behind', async () => {
  const before = tf.memory().numTensors;
  const seen: number[] = [];
  expect(await checkOps(tfjsCpuBackend, (done) => seen.push(done))).toBe(OP_CASES.length);
  expect(seen.at(-1)).toBe(OP_CASES.length);
  expect(tf.memory().numTensors).toBe(before);
});

test('one that is off in a gradient alone, or that fails, is refused by the names of its ops', async () => {
  const off: Backend = {
    ...tfjsCpuBackend,
    async compile(spec) {
      const program = await tfjsCpuBackend.compile(spec);
      if (spec.inputs.x0.shape.join() === '2,3,8') throw new Error('no kernel');
      if (spec.inputs.x0.shape.join() !== '5,6') return program;
      return { stats: program.stats, readState: program.readState, viewState: program.viewState, writeState: program.writeState, dispose: () => program.dispose(), run: async (inputs) => {
        const result = await program.run(inputs);
        result.outputs.out1[3] += 1e-3;
        return result;
      } };
    },
  };
  await expect(checkOps(off)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/ 2 of \d+ ops .*gelu; layerNorm/) });
});

test('the difference counts numbers that are none', () => {
  expect(relativeDifference([1, NaN], [1, 2])).toBe(Infinity);
  expect(relativeDifference([1, 2.5], [1, 2])).toBe(0.25);
});
