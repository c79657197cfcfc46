/** The exported ONNX file, run by a plain session, against the official implementation's numbers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { diffusionSchema } from '../../src/shared/config';
import { writeModel } from '../../src/main/engine/checkpoint/model';
import { exportCheckpoint } from '../../src/main/engine/export/exportCheckpoint';
import { runOnnx } from '../../src/main/engine/tensor/onnx/runOnnx';
import type { HostTensor, TensorMap } from '../../src/main/engine/tensor/types';
import { GOLDEN_CONFIG, GOLDEN_CONFIG_LS0, GOLDEN_RANKS, expectGolden, goldenFactorised, goldenWeights, readGolden, toTensorMap } from './fixtures';

const home = mkdtempSync(join(tmpdir(), 'fine-golden-export-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const classNames = ['a', 'b', 'c', 'd', 'e'];

async function exported(name: string, content: { config: typeof GOLDEN_CONFIG; ranks: typeof GOLDEN_RANKS | null; tensors: TensorMap }, form: 'dense' | 'factorised'): Promise<string> {
  const file = join(home, `${name}.safetensors`);
  await writeModel(file, { weights: content, ema: null, diffusion: diffusionSchema.parse({}), classNames, step: 0, loss: null });
  const dir = join(home, `${name}-${form}`);
  const result = await exportCheckpoint({ checkpointFile: file, dir, format: 'onnx', precision: 'float32', useEma: true, form });
  expect(result.parity?.pass).toBe(true);
  return join(dir, 'model.onnx');
}

const feeds = (golden: TensorMap): Record<string, HostTensor> => ({ x: golden.x, t: golden.t, y: golden.y });

test.each([
  ['out_ls1', true],
  ['out_ls0', false],
])('dense: %s', async (tensor, learnSigma) => {
  const golden = readGolden('forward');
  const file = await exported(tensor, { config: learnSigma ? GOLDEN_CONFIG : GOLDEN_CONFIG_LS0, ranks: null, tensors: goldenWeights(learnSigma) }, 'dense');
  const { out } = await runOnnx(file, feeds(toTensorMap(golden)));
  expect(out.shape).toEqual(golden[tensor].shape);
  expectGolden('onnx file', 'forward', tensor, out.data, golden[tensor].data, { absolute: 2e-5 });
});

test.each(['factorised', 'dense'] as const)('factors, exported %s', async (form) => {
  const fine = readGolden('fine');
  const golden = toTensorMap(readGolden('forward'));
  const file = await exported('fine', { config: GOLDEN_CONFIG_LS0, ranks: GOLDEN_RANKS, tensors: goldenFactorised(false) }, form);
  const { out } = await runOnnx(file, feeds(golden));
  expectGolden('onnx file', 'fine', 'out_ls0', out.data, fine.out_ls0.data, { absolute: 2e-5 });
});
