import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OnnxBuilder } from '../../../src/main/engine/tensor/onnx/builder';
import { runCli, temporaryFolders } from '../support/application';
import { makePictures } from '../support/pictures';
import { readTensors } from '../support/safetensors';

const folders = temporaryFolders();
let home: string;
let work: string;
let checkpoint: string;
let lossAfter: number;

const run = (...args: string[]) => runCli([...args, '--home', home]);

async function fine(...args: string[]): Promise<Record<string, any>> {
  const result = await run(...args, '--json');
  expect(result.code, result.stderr).toBe(0);
  return result.json;
}

/** Means of the four quarters of each channel: features as another program would bring them. */
function writeExtractor(file: string): string {
  const builder = new OnnxBuilder('means');
  builder.input('image', 'float32', ['batch', 3, 16, 16]);
  builder.output('features', 'float32', ['batch', 12]);
  builder.node('AveragePool', ['image'], ['quarters'], { kernel_shape: [8, 8], strides: [8, 8] });
  builder.node('Flatten', ['quarters'], ['features']);
  writeFileSync(file, builder.serialise({ opset: 18, producer: 'test' }).model);
  return file;
}

beforeAll(async () => {
  home = folders.make('evaluate-home');
  work = folders.make('evaluate-work');
  const { dataset } = await fine('datasets', 'add', await makePictures(join(work, 'pictures'), 20), '--size', '16', '--name', 'Shapes');
  ({ checkpoint, lossAfter } = await fine('pretrain', '--dataset', dataset, '--hidden', '16', '--depth', '1', '--heads', '2', '--patch', '8', '--rank', '8', '--steps', '8', '--batch', '8', '--sample-every', '0'));
});
afterAll(() => folders.remove());

describe('the quality of a checkpoint', () => {
  const drawing = ['--samples', '24', '--steps', '3', '--seed', '5'];

  it('is measured on pixels, beside what real pictures reach, with the held-out loss of the training', async () => {
    const raw = join(work, 'raw.safetensors');
    const made = await fine('evaluate', '--checkpoint', checkpoint, ...drawing, '--raw', raw);
    expect(made).toMatchObject({ checkpoint, features: 'pca-19 of pixels', dimension: 19, samples: 24, realImages: 40, seed: 5, steps: '3', sampler: 'ddim' });
    expect(made.figures.map((f: { name: string }) => f.name)).toEqual(['FD', 'KD', 'precision', 'recall', 'density', 'coverage'].map((label) => `${label}-24 (pca-19 of pixels)`));
    for (const figure of made.figures) expect(figure).toMatchObject({ value: expect.any(Number), floor: expect.any(Number), better: expect.stringMatching(/lower|higher/) });
    expect(made.omitted.map((o: { label: string }) => o.label)).toEqual(['sFD', 'IS']);
    expect(made.validation.loss).toBeCloseTo(lossAfter, 5);
    expect(readTensors(raw).samples!.shape).toEqual([24, 3, 16, 16]);
    // Nothing of the drawing is left in the data folder.
    expect(readdirSync(join(home, 'evaluations'))).toEqual([]);
  });

  it('is printed as a table', async () => {
    const { code, stdout } = await run('evaluate', '--checkpoint', checkpoint, ...drawing);
    expect(code).toBe(0);
    expect(stdout).toMatch(/figure +value +real vs real +better/);
    expect(stdout).toMatch(/FD-24 \(pca-19 of pixels\) +[\d.]+ +[\d.]+ +lower/);
    expect(stdout).toMatch(/24 samples \(ddim, 3 steps, guidance 1, seed 5\) against 40 real pictures/);
  });

  it('is measured on an ONNX file of the person, whose network names the figure', async () => {
    const extractor = writeExtractor(join(work, 'means.onnx'));
    const plain = await fine('evaluate', '--checkpoint', checkpoint, ...drawing, '--features', extractor);
    expect(plain.figures[0].name).toBe('FD-24 (means.onnx, 12 features)');
    const named = await fine('evaluate', '--checkpoint', checkpoint, ...drawing, '--features', extractor, '--network', 'inception');
    expect(named.figures[0]).toEqual({ ...plain.figures[0], name: 'FID-24 (means.onnx, 12 features)' });
  });

  it('is refused before anything is drawn where it would mean nothing', async () => {
    const refused = async (...args: string[]) => {
      const result = await run('evaluate', '--checkpoint', checkpoint, '--json', ...args);
      expect(result.code).toBe(1);
      return result.json.error as { field: string; message: string; hint: string };
    };
    expect(await refused('--samples', '19')).toMatchObject({ field: 'samples', hint: 'Draw at least 20.' });
    expect(await refused('--features', join(work, 'none.onnx'))).toMatchObject({ field: 'extractor' });
    writeFileSync(join(work, 'broken.onnx'), 'this is no model');
    expect((await refused('--features', join(work, 'broken.onnx'))).message).toBe('broken.onnx cannot be loaded as an ONNX model.');
    expect(existsSync(join(home, 'evaluations')) && readdirSync(join(home, 'evaluations'))).toEqual([]);
  });
});
