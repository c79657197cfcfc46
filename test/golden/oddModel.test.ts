/**
 * A model whose sizes are all different from those of dit-tiny (one channel, patch 4, an odd number of heads, MLP ratio 1.5, half
 * precision, no position table in the file), against a PyTorch model that was written from the paper (metadata of the fixtures).
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importWeights } from '../../src/main/engine/checkpoint/import';
import { readSafetensors } from '../../src/main/engine/checkpoint/safetensors';
import { guide } from '../../src/main/engine/model/guidance';
import { compileModel } from '../../src/main/engine/sample/forward';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { GOLDEN_BACKENDS } from './evaluate';
import { FIXTURES } from './fixtures';

const TOLERANCE = 2e-5;

test.each(GOLDEN_BACKENDS)('predictions, alone and guided, on %s', async (id) => {
  const { weights, warnings } = await importWeights(join(FIXTURES, 'odd-model.safetensors'), null);
  expect(warnings).toEqual([]);
  const { x, t, y, out, guided } = (await readSafetensors(join(FIXTURES, 'odd-forward.safetensors'))).tensors;
  const model = await compileModel(weights, { backend: getBackend(id), batch: 3, fixed: true, threads: 1 });
  try {
    const predict = async (labels: Int32Array): Promise<Float32Array> => Float32Array.from(await model.forward(Float32Array.from(x.data), Int32Array.from(t.data), labels));
    const conditional = await predict(Int32Array.from(y.data));
    conditional.forEach((value, i) => expect(Math.abs(value - out.data[i])).toBeLessThan(TOLERANCE));
    const both = Float32Array.from([...conditional, ...(await predict(new Int32Array(3).fill(2)))]);
    const found = guide(both, 6, 2, { scale: 3, channels: 'three', inChannels: 1 }).subarray(0, conditional.length);
    // Guidance multiplies rounding by its scale, twice.
    found.forEach((value, i) => expect(Math.abs(value - guided.data[i])).toBeLessThan(6 * TOLERANCE));
  } finally {
    await model.dispose();
  }
});
