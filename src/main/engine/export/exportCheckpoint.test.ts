import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { diffusionSchema, uniformRanks } from '../../../shared/config';
import { paritySchema } from '../../../shared/entities';
import { AppError } from '../../../shared/errors';
import { jobResultSchemas } from '../../../shared/worker';
import { fromOfficialConfig } from '../checkpoint/officialConfig';
import { readSafetensors } from '../checkpoint/safetensors';
import { uvHash } from '../fine/learngene';
import { compileModel } from '../sample/forward';
import { generate } from '../sample/generate';
import { parameterSpecs } from '../model/parameters';
import { getBackend, resolveBackend } from '../tensor/backends';
import { openOnnx } from '../tensor/onnx/runOnnx';
import { exportCheckpoint } from './exportCheckpoint';
import { checkParity, compare, exportedOnnx } from './parity';
import { TINY, randomWeights, writeTinyModel } from './testkit';

const home = mkdtempSync(join(tmpdir(), 'fine-export-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let counter = 0;
const fresh = (): { checkpointFile: string; dir: string } => ({ checkpointFile: join(home, `model-${++counter}.safetensors`), dir: join(home, `bundle-${counter}`) });
const run = promisify(execFile);

/** A Python with what sample.py needs, or null. */
const python = ((): string | null => {
  for (const name of [process.env.FINE_TEST_PYTHON, 'python3', 'python']) {
    if (!name) continue;
    try {
      execFileSync(name, ['-c', 'import onnxruntime, numpy, PIL'], { stdio: 'ignore' });
      return name;
    } catch {
      // This one lacks a package; the next may have it.
    }
  }
  return null;
})();

/** Values and shape of an .npy file of float32. */
function readNpy(file: string): { shape: number[]; data: Float32Array } {
  const bytes = readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  const shape = /\(([\d, ]+)\)/.exec(bytes.toString('latin1', 10, start))?.[1].split(',').filter((s) => s.trim() !== '').map(Number) ?? [];
  return { shape, data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length)) };
}

describe('ONNX', () => {
  test.each([
    ['dense', { ranks: null }],
    ['factorised', { ranks: uniformRanks(16) }],
    ['learned variance and one class', { ranks: null, config: { ...TINY, learnSigma: true, numClasses: 1, depth: 1 } }],
    ['running average', { ranks: uniformRanks(8), ema: true }],
  ])('%s: agrees with the engine, with a complete bundle', async (_name, options) => {
    const { checkpointFile, dir } = fresh();
    const weights = await writeTinyModel(checkpointFile, options);
    const result = jobResultSchemas.export.parse(await exportCheckpoint({ checkpointFile, dir, format: 'onnx', precision: 'float32', useEma: true }));
    expect(result.opset).toBe(18);
    const parity = paritySchema.parse(JSON.parse(readFileSync(join(dir, 'parity.json'), 'utf8')));
    expect(result.parity).toEqual(parity);
    expect(parity.pass).toBe(true);
    expect(parity.maxAbs).toBeLessThan(1e-5);
    expect(parity.rows).toHaveLength(24);
    expect(result.files.map((f) => f.name).sort()).toEqual(['README.md', 'config.json', 'model.onnx', 'parity.json', 'sample.mjs', 'sample.py']);
    expect(readdirSync(dir).sort()).toEqual(result.files.map((f) => f.name).sort());
    for (const file of result.files) {
      const bytes = readFileSync(join(dir, file.name));
      expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([file.bytes, file.sha256]);
    }
    const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'));
    expect(fromOfficialConfig(config)).toEqual(weights.config);
    expect(config.weights.averaged).toBe('ema' in options);
    if (options.ranks && !('ema' in options)) expect(config.weights.learngene_sha256).toBe(uvHash(weights.tensors));
    const model = readFileSync(join(dir, 'model.onnx')).toString('latin1');
    for (const text of ['class_names', 'null_class', 'diffusion', '"schedule":"linear"', `"hidden_size":${weights.config.hiddenSize}`]) expect(model).toContain(text);
    expect(model).not.toContain('com.microsoft');
  });

  test('inputs and outputs are the promised ones', async () => {
    const { checkpointFile, dir } = fresh();
    await writeTinyModel(checkpointFile);
    await exportCheckpoint({ checkpointFile, dir, format: 'onnx', precision: 'float32', useEma: true });
    const file = await openOnnx(join(dir, 'model.onnx'));
    expect(file.inputs).toEqual([
      { name: 'x', type: 'float32', shape: ['batch', 3, 8, 8] },
      { name: 't', type: 'int64', shape: ['batch'] },
      { name: 'y', type: 'int64', shape: ['batch'] },
    ]);
    expect(file.outputs).toEqual([{ name: 'out', type: 'float32', shape: ['batch', 3, 8, 8] }]);
    await file.close();
  });

  test('many shared blocks: factorised is chosen and smaller; dense on request agrees as well', async () => {
    const { checkpointFile, dir } = fresh();
    await writeTinyModel(checkpointFile, { ranks: uniformRanks(8), config: { ...TINY, depth: 6 } });
    const base = { checkpointFile, format: 'onnx', precision: 'float32', useEma: false } as const;
    const small = await exportCheckpoint({ ...base, dir });
    const large = await exportCheckpoint({ ...base, dir: `${dir}-dense`, form: 'dense' });
    expect(JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')).weights.form).toBe('factorised');
    expect(small.files[0].bytes).toBeLessThan(large.files[0].bytes / 2);
    expect(large.parity).toMatchObject({ pass: true });
  });

  test('halved weights: half the size, close, and said so', async () => {
    const { checkpointFile, dir } = fresh();
    await writeTinyModel(checkpointFile);
    const base = { checkpointFile, format: 'onnx', useEma: true } as const;
    const full = await exportCheckpoint({ ...base, dir, precision: 'float32' });
    const half = await exportCheckpoint({ ...base, dir: `${dir}-half`, precision: 'float16' });
    expect(half.files[0].bytes).toBeLessThan(0.75 * full.files[0].bytes);
    expect(half.parity).toMatchObject({ pass: true, tolerance: 2e-2 });
    expect(half.parity?.maxAbs).toBeGreaterThan(1e-5);
  });

  test('a file of another model fails the comparison', async () => {
    const { checkpointFile, dir } = fresh();
    await writeTinyModel(checkpointFile);
    await exportCheckpoint({ checkpointFile, dir, format: 'onnx', precision: 'float32', useEma: true });
    const parity = await checkParity(() => exportedOnnx(join(dir, 'model.onnx'), TINY), randomWeights(TINY, null, 99), { backend: await resolveBackend('auto'), precision: 'float32' });
    expect(parity.pass).toBe(false);
    expect(parity.maxAbs).toBeGreaterThan(0.01);
    expect(compare(Float32Array.of(1, Number.NaN), Float32Array.of(1, 1)).maxAbs).toBe(Number.MAX_VALUE);
  });

  test('cancelling stops the comparison and leaves no unchecked model', async () => {
    const { checkpointFile, dir } = fresh();
    await writeTinyModel(checkpointFile);
    const controller = new AbortController();
    const work = exportCheckpoint({ checkpointFile, dir, format: 'onnx', precision: 'float32', useEma: true, signal: controller.signal, onProgress: (phase) => phase.startsWith('comparing') && controller.abort() });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('scripts', () => {
  test('sample.mjs and sample.py draw the pictures that the application draws', async () => {
    const { checkpointFile, dir } = fresh();
    const weights = await writeTinyModel(checkpointFile, { ranks: uniformRanks(16) });
    await exportCheckpoint({ checkpointFile, dir, format: 'onnx', precision: 'float32', useEma: true });
    symlinkSync(resolve('node_modules'), join(dir, 'node_modules'), 'junction');

    const model = await compileModel(weights, { backend: getBackend('onnxruntime-api'), batch: 4, fixed: true });
    const sample = { sampler: 'ddim', steps: '7', guidanceScale: 1.5, guidanceChannels: 'three', eta: 0, clipDenoised: true, seed: 5, classes: [3, 1] } as const;
    const expected = await generate(model, { diffusion: diffusionSchema.parse({}), sample: { ...sample, classes: [...sample.classes] }, batch: 2 });
    await model.dispose();

    const args = ['--class', '3,class 1', '--seed', '5', '--steps', '7', '--cfg', '1.5'];
    const values = join(dir, 'values.npy');
    await run(process.execPath, [join(dir, 'sample.mjs'), ...args, '--out', values]);
    expect(readNpy(values).shape).toEqual([2, 3, 8, 8]);
    expect(compare(readNpy(values).data, expected).maxAbs).toBeLessThan(2e-4);

    const picture = join(dir, 'picture.png');
    await run(process.execPath, [join(dir, 'sample.mjs'), ...args, '--scale', '1', '--out', picture]);
    const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([16, 8, 3]);
    expect(Math.abs(data[0] - Math.max(0, Math.min(255, (expected[0] + 1) * 127.5)))).toBeLessThanOrEqual(1);

    await expect(run(process.execPath, [join(dir, 'sample.mjs'), '--class', 'nothing'])).rejects.toMatchObject({ stderr: expect.stringContaining('unknown class') });

    if (python === null) return;
    const fromPython = join(dir, 'python.npy');
    await run(python, [join(dir, 'sample.py'), ...args, '--out', fromPython]);
    expect(compare(readNpy(fromPython).data, expected).maxAbs).toBeLessThan(2e-4);
    await run(python, [join(dir, 'sample.py'), ...args, '--scale', '1', '--out', join(dir, 'python.png')]);
    const other = await sharp(join(dir, 'python.png')).raw().toBuffer();
    expect(other.every((v, i) => Math.abs(v - data[i]) <= 1)).toBe(true);
  });
});

describe('safetensors', () => {
  test('the weights under official names, with a configuration that an import takes', async () => {
    const { checkpointFile, dir } = fresh();
    const weights = await writeTinyModel(checkpointFile);
    const result = jobResultSchemas.export.parse(await exportCheckpoint({ checkpointFile, dir, format: 'safetensors', precision: 'float32', useEma: true }));
    expect(result.files.map((f) => f.name)).toEqual(['model.safetensors', 'config.json', 'parity.json']);
    expect(result.parity).toMatchObject({ pass: true, maxAbs: 0 });
    const { tensors } = await readSafetensors(join(dir, 'model.safetensors'));
    expect(tensors['blocks.1.attn.qkv.weight']).toEqual(weights.tensors['blocks.1.attn.qkv.weight']);
    expect(fromOfficialConfig(JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')))).toEqual(TINY);
  });

  test('a factorised checkpoint keeps its form, or becomes dense matrices that give the same outputs', async () => {
    const { checkpointFile, dir } = fresh();
    const weights = await writeTinyModel(checkpointFile, { ranks: uniformRanks(8) });
    const base = { checkpointFile, format: 'safetensors', precision: 'float32', useEma: true } as const;
    const own = await exportCheckpoint({ ...base, dir });
    expect((await readSafetensors(join(dir, 'model.safetensors'))).tensors['U.qkv']).toEqual(weights.tensors['U.qkv']);
    expect(own.parity).toMatchObject({ pass: true, maxAbs: 0 });
    const dense = await exportCheckpoint({ ...base, dir: `${dir}-dense`, form: 'dense' });
    const { tensors } = await readSafetensors(join(`${dir}-dense`, 'model.safetensors'));
    expect(Object.keys(tensors).sort()).toEqual([...parameterSpecs(TINY, null).map(({ name }) => name), 'pos_embed'].sort());
    expect(dense.parity?.pass).toBe(true);
    expect(dense.parity?.maxAbs).toBeLessThan(1e-5);
    expect(JSON.parse(readFileSync(join(`${dir}-dense`, 'config.json'), 'utf8')).weights.form).toBe('dense');
  });

  test('refusals', async () => {
    const { checkpointFile, dir } = fresh();
    await writeTinyModel(checkpointFile);
    const refused = (work: Promise<unknown>): Promise<AppError> => work.then(() => expect.unreachable(), (e: AppError) => e);
    expect(await refused(exportCheckpoint({ checkpointFile, dir, format: 'safetensors', precision: 'float16', useEma: true }))).toMatchObject({ code: 'unsupported', field: 'precision' });
    expect(await refused(exportCheckpoint({ checkpointFile, dir, format: 'onnx', precision: 'float32', useEma: true, form: 'factorised' }))).toMatchObject({ code: 'invalid-input', field: 'form' });
    expect(await refused(exportCheckpoint({ checkpointFile: join(home, 'none'), dir, format: 'onnx', precision: 'float32', useEma: true }))).toMatchObject({ code: 'not-found' });
    writeFileSync(join(home, 'garbage.onnx'), 'garbage');
    expect(await refused(openOnnx(join(home, 'garbage.onnx')))).toMatchObject({ code: 'format' });
  });
});
