import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors';
import type { TensorMap } from '../tensor/types';
import { tinyConfig, tinyDiffusion, tinyWeights } from '../train/testkit';
import { sha256OfFile } from './checksum';
import { exportSafetensors } from './export';
import { importWeights } from './import';
import { readModel, writeModel } from './model';
import { fromOfficialConfig, toOfficialConfig } from './officialConfig';
import { readSafetensors, writeSafetensors } from './safetensors';

const official = join(import.meta.dirname, '../../../../test/fixtures/dit-tiny/weights_ls1.safetensors');
const officialConfig = { input_size: 8, patch_size: 2, in_channels: 4, hidden_size: 32, depth: 3, num_heads: 4, mlp_ratio: 4, num_classes: 5, learn_sigma: true, class_dropout_prob: 0.1 };
const about = { diffusion: tinyDiffusion, classNames: ['a', 'b', 'c'] };

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'import-'))));
afterAll(() => rm(dir, { recursive: true }));

/** Writes tensors as a foreign tool would, and imports them. */
async function importing(tensors: TensorMap, config: unknown = toOfficialConfig(tinyConfig)) {
  const file = join(dir, 'foreign.safetensors');
  await writeSafetensors(file, tensors);
  return importWeights(file, config);
}

describe('import and export', () => {
  it('exports exactly what the official state dict holds, names, shapes and numbers', async () => {
    const { weights, warnings } = await importWeights(official, officialConfig);
    expect(warnings).toEqual([]);
    const file = join(dir, 'dense.safetensors');
    const facts = await exportSafetensors(file, weights, about);
    expect(facts).toMatchObject({ name: 'dense.safetensors', sha256: await sha256OfFile(file) });
    const [ours, theirs] = [await readSafetensors(file), await readSafetensors(official)];
    expect(Object.keys(ours.tensors).sort()).toEqual(Object.keys(theirs.tensors).sort());
    for (const [name, tensor] of Object.entries(theirs.tensors)) {
      expect(ours.tensors[name].shape).toEqual(tensor.shape);
      if (name !== 'pos_embed') expect(ours.tensors[name].data).toEqual(tensor.data);
      else tensor.data.forEach((value, i) => expect(Math.abs(value - ours.tensors[name].data[i])).toBeLessThan(1e-6));
    }
    expect((await importWeights(file, null)).weights).toEqual(weights);
  });

  it('reports the sum of a checkpoint’s file as any other tool gives it, written or read', async () => {
    const file = join(dir, 'model.safetensors');
    const written = await writeModel(file, { weights: tinyWeights('factorised'), ema: null, ...about, step: 1, loss: null });
    expect(written.sha256).toBe(createHash('sha256').update(await readFile(file)).digest('hex'));
    expect((await readModel(file)).facts.sha256).toBe(written.sha256);
  });

  it('gives back the process and the classes that an export carries', async () => {
    const file = join(dir, 'process.safetensors');
    const diffusion = { timesteps: 400, schedule: 'squaredcos_cap_v2', prediction: 'x0' } as const;
    const classNames = Array.from({ length: tinyConfig.numClasses }, (_, i) => `kind ${i}`);
    await exportSafetensors(file, tinyWeights(), { diffusion, classNames });
    expect(await importWeights(file, null)).toMatchObject({ diffusion, classNames });
    // What a person says beside the file wins, name by name.
    expect((await importWeights(file, { ...toOfficialConfig(tinyConfig), diffusion_steps: 100 })).diffusion).toEqual({ ...diffusion, timesteps: 100 });
  });

  it('takes the process under the names of the official code, and its defaults for what is not said', async () => {
    const { tensors } = tinyWeights();
    const config = toOfficialConfig(tinyConfig);
    expect(await importing(tensors, config)).toMatchObject({ diffusion: { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, classNames: null });
    expect((await importing(tensors, { ...config, noise_schedule: 'squaredcos_cap_v2', diffusion_steps: 250, predict_xstart: true })).diffusion).toEqual({ timesteps: 250, schedule: 'squaredcos_cap_v2', prediction: 'x0' });
    await expect(importing(tensors, { ...config, noise_schedule: 'cosine' })).rejects.toMatchObject({ code: 'invalid-input', field: 'config', message: expect.stringContaining('noise_schedule') });
  });

  it.each([['zip', [0x50, 0x4b, 3, 4, 0, 0, 8, 8, 0]], ['pickle', [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9]]])("says how a file of PyTorch's own (%s) is converted", async (_, bytes) => {
    const file = join(dir, 'DiT.pt');
    await writeFile(file, Uint8Array.from(bytes));
    await expect(importWeights(file, officialConfig)).rejects.toMatchObject({ code: 'format', message: expect.stringContaining('PyTorch'), hint: expect.stringContaining('save_file') });
  });

  it('carries a factorised model through a file', async () => {
    const weights = tinyWeights('factorised');
    const file = join(dir, 'factorised.safetensors');
    await exportSafetensors(file, weights, about);
    expect((await importWeights(file, null)).weights).toEqual(weights);
    expect((await importWeights(file, toOfficialConfig(tinyConfig))).weights).toEqual(weights);
  });

  it('lists everything that does not fit', async () => {
    const tensors: TensorMap = { ...tinyWeights().tensors, 'blocks.2.attn.qkv.bias': { shape: [1], data: new Float32Array(1) }, 'x_embedder.proj.bias': { shape: [9], data: new Float32Array(9) }, pos_embed: { shape: [1, 3, 8], data: new Float32Array(24) } };
    delete tensors['final_layer.linear.bias'];
    const error = await importing(tensors).catch((reason: unknown) => reason as AppError);
    expect(error).toMatchObject({
      code: 'format',
      details: { missing: ['final_layer.linear.bias'], unexpected: ['blocks.2.attn.qkv.bias'], misshapen: ['x_embedder.proj.bias: expected [8], found [9]', 'pos_embed: expected [1,4,8], found [1,3,8]'] },
    });
    for (const text of ['final_layer.linear.bias', 'blocks.2.attn.qkv.bias', 'expected [8], found [9]']) expect((error as AppError).message).toContain(text);
    expect((await readdir(dir)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('names factors that are missing', async () => {
    const { 'U.fc1': _, ...rest } = tinyWeights('factorised').tensors;
    await expect(importing(rest)).rejects.toMatchObject({ code: 'format', details: { missing: ['U.fc1'] } });
    const { 'sigma.fc1.1': __, ...others } = tinyWeights('factorised').tensors;
    await expect(importing(others)).rejects.toMatchObject({ code: 'format', details: { missing: ['sigma.fc1.1'] } });
  });

  it('refuses values that are not finite and whole numbers as weights', async () => {
    const tensors = tinyWeights().tensors;
    const broken = { ...tensors, 'final_layer.linear.bias': { ...tensors['final_layer.linear.bias'], data: tensors['final_layer.linear.bias'].data.map((x, i) => (i === 1 ? NaN : x)) } };
    await expect(importing(broken)).rejects.toThrow(/"final_layer.linear.bias".*not finite/);
    const whole = { ...tensors, 'x_embedder.proj.bias': { shape: [8], data: new Int32Array(8) } };
    await expect(importing(whole)).rejects.toThrow(/x_embedder.proj.bias \(I32\)/);
  });

  it('completes a label table without null class and says so', async () => {
    const name = 'y_embedder.embedding_table.weight';
    const tensors = tinyWeights().tensors;
    const short = { ...tensors, [name]: { shape: [3, 8], data: tensors[name].data.slice(0, 24) } };
    const { weights, warnings } = await importing(short);
    expect(weights.tensors[name].shape).toEqual([4, 8]);
    expect(weights.tensors[name].data[24]).toBeCloseTo((tensors[name].data[0] + tensors[name].data[8] + tensors[name].data[16]) / 3, 6);
    expect(warnings[0]).toMatch(/null class/);
  });

  it('says when the position table is another one', async () => {
    const { warnings } = await importing({ ...tinyWeights().tensors, pos_embed: { shape: [1, 4, 8], data: new Float32Array(32) } });
    expect(warnings[0]).toMatch(/pos_embed/);
  });

  it.each<[string, unknown, RegExp]>([
    ['no configuration at all', null, /does not say which model/],
    ['a missing property', { ...officialConfig, num_heads: undefined }, /num_heads/],
    ['text for a number', { ...officialConfig, depth: '3' }, /depth/],
    ['sizes that do not divide', { ...officialConfig, patch_size: 3 }, /patch_size: The image size 8 is not divisible/],
    ['a list', [], /Must be of type object/],
  ])('refuses %s', async (_, config, message) => {
    const error = await importWeights(official, config).catch((reason: unknown) => reason as AppError);
    expect(error).toMatchObject({ code: 'invalid-input', field: 'config' });
    expect((error as AppError).message).toMatch(message);
  });

  it('reads the official names of a configuration', () => {
    expect(fromOfficialConfig(toOfficialConfig(tinyConfig))).toEqual(tinyConfig);
  });
});
