import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, runCli, temporaryFolders, type CliResult } from '../support/application';
import { makePictures } from '../support/pictures';
import { readTensors, writeTensors } from '../support/safetensors';

const folders = temporaryFolders();
const fixtures = join(root, 'test', 'fixtures', 'dit-tiny');
let home: string;
let work: string;
let dataset: string;
let checkpoint: string;
let learngene: string;
let learngeneFile: string;

beforeAll(async () => {
  home = folders.make('cli-home');
  work = folders.make('cli-work');
  await makePictures(join(work, 'pictures'), 20);
  writeFileSync(join(work, 'pictures', 'discs', 'broken.png'), 'not a picture');
});
afterAll(() => folders.remove());

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** A command that must succeed; gives its JSON. */
async function fine(...args: string[]): Promise<CliResult['json']> {
  const result = await runCli([...args, '--json', '--home', home]);
  expect(result.code, `${args.join(' ')}\n${result.stdout}\n${result.stderr}`).toBe(0);
  return result.json;
}

/** A command that must be refused; gives its error. */
async function refused(...args: string[]): Promise<{ code: string; message: string; hint?: string }> {
  const result = await runCli([...args, '--json', '--home', home]);
  expect(result.code, args.join(' ')).not.toBe(0);
  return result.json.error;
}

describe('the command line, from pictures to an exported model', () => {
  it('has the built-in dataset from the start', async () => {
    const { datasets } = await fine('datasets', 'list');
    expect(datasets).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'builtin:emoji' })]));
  });

  it('adds a folder of pictures and lists what it skipped', async () => {
    const added = await fine('datasets', 'add', join(work, 'pictures'), '--size', '16', '--name', 'Shapes');
    dataset = added.dataset;
    expect(added).toMatchObject({ images: 40, skipped: [{ file: 'discs/broken.png' }] });
    expect(added.classes.map((c: { name: string }) => c.name)).toEqual(['bars', 'discs']);
  });

  it('pretrains', async () => {
    const run = await fine('pretrain', '--dataset', dataset, '--hidden', '32', '--depth', '2', '--heads', '2', '--patch', '4', '--rank', '16', '--steps', '12', '--batch', '8', '--lr', '0.002', '--seed', '7');
    expect(run).toMatchObject({ run: expect.any(String), checkpoint: expect.any(String), status: 'completed', steps: 12 });
    expect(run.lossAfter).toBeLessThan(run.lossBefore);
    checkpoint = run.checkpoint;
  });

  it('shows the run and its checkpoint', async () => {
    const { runs } = await fine('runs', 'list');
    expect(runs).toHaveLength(1);
    const shown = await fine('runs', 'show', runs[0].run);
    expect(shown).toMatchObject({ run: runs[0].run, status: 'completed' });
    expect(shown.losses.map(([step]: [number, number]) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect((await fine('checkpoints', 'list')).checkpoints).toEqual([checkpoint]);
  });

  it('extracts the learngene into a file of its own', async () => {
    const extracted = await fine('extract', '--checkpoint', checkpoint);
    learngene = extracted.learngene;
    learngeneFile = extracted.file;
    expect(statSync(extracted.file).size).toBe(extracted.bytes);
    expect(sha256(extracted.file)).toBe(extracted.sha256);
  });

  it('initialises two sizes and leaves U and V as they were', async () => {
    const { checkpoints, sizes } = await fine('initialize', '--learngene', learngene, '--dataset', dataset, '--depth', '1', '--depth', '3', '--steps', '6');
    expect(checkpoints).toHaveLength(2);
    expect(sizes.map((s: { depth: number }) => s.depth)).toEqual([1, 3]);
    const shared = Object.entries(readTensors(learngeneFile)).filter(([name]) => /^[UV]\./.test(name));
    expect(shared).toHaveLength(10);
    for (const size of sizes) {
      expect(size.uvHashAfter).toBe(size.uvHashBefore);
      const made = readTensors(size.file);
      for (const [name, tensor] of shared) expect(made[name]).toEqual(tensor);
    }
  });

  it('trains a checkpoint on', async () => {
    expect(await fine('train', '--checkpoint', checkpoint, '--dataset', dataset, '--steps', '4')).toMatchObject({ status: 'completed', checkpoint: expect.any(String) });
  });

  it('draws a grid, the same for the same seed', async () => {
    const draw = async (name: string, seed: string): Promise<Buffer> => {
      const file = join(work, name);
      await fine('sample', '--checkpoint', checkpoint, '--class', '0,1', '--seed', seed, '--cfg', '1.5', '--sampler', 'ddim', '--steps', 'ddim10', '--out', file);
      return sharp(file).raw().toBuffer();
    };
    const first = await draw('a.png', '3');
    expect(await draw('b.png', '3')).toEqual(first);
    expect(await draw('c.png', '4')).not.toEqual(first);
  });

  it('samples from given noise into a raw tensor', async () => {
    const noise = join(work, 'noise.safetensors');
    const raw = join(work, 'raw.safetensors');
    writeTensors(noise, { z: { shape: [2, 3, 16, 16], data: Float32Array.from({ length: 2 * 3 * 16 * 16 }, (_, i) => Math.sin(i * 12.9898)) } });
    const args = ['sample', '--checkpoint', checkpoint, '--class', '1', '--sampler', 'ddim', '--steps', '5', '--noise', noise, '--raw', raw, '--out', join(work, 'raw.png')];
    // The noise says how many pictures there are; nothing is clipped, as in the official sampling script, unless asked for.
    expect(await fine(...args)).toMatchObject({ classes: [1, 1], clip: false });
    const free = readTensors(raw).samples!;
    expect(free.shape).toEqual([2, 3, 16, 16]);
    expect(await fine(...args, '--clip')).toMatchObject({ clip: true });
    const largest = ({ data }: typeof free) => (data as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest(readTensors(raw).samples!)).toBeLessThanOrEqual(1 + 1e-6);
    expect(largest(free)).toBeGreaterThan(1 + 1e-6);
  });

  it('imports an official checkpoint, whose outputs are the reference’s', async () => {
    const config = join(work, 'config.json');
    writeFileSync(config, JSON.stringify({ input_size: 8, patch_size: 2, in_channels: 4, hidden_size: 32, depth: 3, num_heads: 4, mlp_ratio: 4, num_classes: 5, learn_sigma: true }));
    const imported = await fine('import', join(fixtures, 'weights_ls1.safetensors'), '--config', config);
    const reference = readTensors(join(fixtures, 'forward.safetensors'));
    const inputs = join(work, 'inputs.safetensors');
    const out = join(work, 'out.safetensors');
    writeTensors(inputs, { x: reference.x!, t: reference.t!, y: reference.y! });
    await fine('forward', '--checkpoint', imported.checkpoint, '--inputs', inputs, '--out', out);
    const expected = reference.out_ls1!;
    const actual = readTensors(out).out!;
    expect(actual.shape).toEqual(expected.shape);
    const largest = Math.max(...Array.from(expected.data, Number).map((value, i) => Math.abs(Number(actual.data[i]) - value)));
    // The phase of the timestep table at t = 999 differs from the reference's float32 arithmetic by up to 6e-5.
    expect(largest).toBeLessThan(1e-4);
  });

  it('exports a factorised checkpoint as the matrices that the official DiT loads', async () => {
    const dir = join(work, 'official');
    const exported = await fine('export', '--checkpoint', checkpoint, '--format', 'safetensors', '--form', 'dense', '--out', dir);
    expect(exported.parity).toMatchObject({ pass: true });
    const names = Object.keys(readTensors(join(dir, 'model.safetensors')));
    const official = Object.keys(readTensors(join(fixtures, 'weights_ls1.safetensors'))).filter((name) => !name.startsWith('blocks.2.'));
    expect(names.sort()).toEqual(official.sort());
  });

  it.each(['onnx', 'safetensors'])('exports %s with its report', async (format) => {
    const exported = await fine('export', '--checkpoint', checkpoint, '--format', format, '--out', join(work, format));
    expect(exported.files.length).toBeGreaterThan(0);
    for (const file of exported.files) expect(existsSync(join(work, format, file.name ?? file.file)), JSON.stringify(file)).toBe(true);
    expect(exported.parity).toMatchObject({ pass: true });
  });

  it('takes a smaller batch by itself where pictures are few', async () => {
    await makePictures(join(work, 'few'), 6);
    const { dataset: few } = await fine('datasets', 'add', join(work, 'few'), '--size', '16');
    expect(await fine('pretrain', '--dataset', few, '--hidden', '32', '--depth', '1', '--heads', '2', '--steps', '2', '--sample-every', '0')).toMatchObject({ status: 'completed' });
  });
});

describe('what the command line refuses', () => {
  it.each([
    ['an unknown run', ['runs', 'show', 'run-nothing'], /no run/i],
    ['an unknown checkpoint', ['extract', '--checkpoint', 'ckpt-nothing'], /no checkpoint/i],
    ['an unknown learngene', ['initialize', '--learngene', 'lg-nothing', '--dataset', 'builtin:emoji', '--depth', '2'], /no learngene/i],
    ['a folder that is not there', ['datasets', 'add', '/no/such/folder'], /folder/i],
    ['a size that the patch does not divide', ['pretrain', '--dataset', 'builtin:emoji', '--patch', '5'], /patch/i],
    ['a width that the heads do not divide', ['pretrain', '--dataset', 'builtin:emoji', '--hidden', '32', '--heads', '3'], /heads/i],
    ['a rank above what the matrix allows', ['pretrain', '--dataset', 'builtin:emoji', '--hidden', '32', '--heads', '2', '--rank', '4000'], /rank/i],
    ['a folder as the file to write', ['sample', '--checkpoint', 'CHECKPOINT', '--out', '/'], /folder/i],
    ['a file that is no checkpoint', ['import', '/etc/hostname', '--config', '/etc/hostname'], /./],
  ])('%s', async (_what, args, message) => {
    const before = (await fine('runs', 'list')).total;
    const error = await refused(...args.map((arg) => (arg === 'CHECKPOINT' ? checkpoint : arg)));
    expect(error.message).toMatch(message);
    expect((await fine('runs', 'list')).total).toBe(before);
  });

  it('explains itself', async () => {
    const help = await runCli(['pretrain', '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('--dataset');
    expect(readFileSync(join(root, 'package.json'), 'utf8')).toContain('"fine-studio": "./scripts/fine.mjs"');
  });
});
