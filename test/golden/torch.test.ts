/**
 * An official file taken in and given out again, loaded strictly by PyTorch and run there. Needs a Python with torch and
 * safetensors, FINE_TEST_PYTHON or the one on the path; skipped where there is none.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { diffusionSchema } from '../../src/shared/config';
import { writeSafetensors } from '../../src/main/engine/checkpoint/safetensors';
import { writeModel } from '../../src/main/engine/checkpoint/model';
import { toOfficialConfig } from '../../src/main/engine/checkpoint/officialConfig';
import { exportCheckpoint } from '../../src/main/engine/export/exportCheckpoint';
import type { JobContext } from '../../src/main/engine/jobs/context';
import { importJob } from '../../src/main/engine/jobs/import';
import { FIXTURES, GOLDEN_CONFIG, GOLDEN_CONFIG_LS0, GOLDEN_RANKS, goldenFactorised, goldenWeights, noteDeviation, readGolden, toTensorMap } from './fixtures';

const home = mkdtempSync(join(tmpdir(), 'fine-torch-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const python = [process.env.FINE_TEST_PYTHON, 'python3', 'python'].find((name) => {
  if (!name) return false;
  try {
    execFileSync(name, ['-c', 'import torch, safetensors'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

interface Report { torch: string; tensors: number; changed: string[]; posEmbedMaxAbs: number; outMaxAbs: number }

const file = (name: string): string => join(FIXTURES, 'dit-tiny', `${name}.safetensors`);
const classNames = ['a', 'b', 'c', 'd', 'e'];
const diffusion = diffusionSchema.parse({});
const context: JobContext = { signal: new AbortController().signal, pauseRequested: () => false, emit: () => undefined };

async function inTorch(reference: string, exported: string, golden: string, out: string): Promise<Report> {
  const { stdout } = await promisify(execFile)(python!, [join(import.meta.dirname, 'torch/round_trip.py'), reference, exported, golden, out]);
  return JSON.parse(stdout) as Report;
}

describe.skipIf(python === undefined)('PyTorch', () => {
  test.each([true, false])('loads strictly what went through here, and predicts the same (learned variance %s)', async (learnSigma) => {
    const name = learnSigma ? 'ls1' : 'ls0';
    const config = learnSigma ? GOLDEN_CONFIG : GOLDEN_CONFIG_LS0;
    const reference = learnSigma ? file('weights_ls1') : `${file('weights_ls1')},${file('weights_ls0_delta')}`;
    const official = learnSigma ? reference : join(home, `${name}.safetensors`);
    if (!learnSigma) await writeSafetensors(official, { ...goldenWeights(false), pos_embed: toTensorMap(readGolden('weights_ls1')).pos_embed });
    const configFile = join(home, `${name}.json`);
    writeFileSync(configFile, JSON.stringify(toOfficialConfig(config)));
    const checkpointFile = join(home, `${name}.model.safetensors`);
    await importJob({ kind: 'import', sourceFile: official, configFile, config: null, checkpointFile }, context);
    const dir = join(home, name);
    await exportCheckpoint({ checkpointFile, dir, format: 'safetensors', precision: 'float32', useEma: true, form: 'dense' });

    const report = await inTorch(reference, join(dir, 'model.safetensors'), file('forward'), `out_${name}`);
    expect(report.tensors).toBe(42);
    // The position table is not stored but computed: in float64, as in numpy, whose sines may differ in the last bit.
    expect(report.changed.filter((tensor) => tensor !== 'pos_embed')).toEqual([]);
    expect(report.posEmbedMaxAbs).toBeLessThanOrEqual(6e-8);
    noteDeviation({ backend: 'torch', file: 'forward', tensor: `out_${name}`, maxAbs: report.outMaxAbs, scale: 1 });
    expect(report.outMaxAbs).toBeLessThanOrEqual(2e-5);
  }, 120_000);

  test('loads the dense export of a factorised model', async () => {
    const checkpointFile = join(home, 'factors.model.safetensors');
    await writeModel(checkpointFile, { weights: { config: GOLDEN_CONFIG_LS0, ranks: GOLDEN_RANKS, tensors: goldenFactorised(false) }, ema: null, diffusion, classNames, step: 0, loss: null });
    const dir = join(home, 'factors');
    await exportCheckpoint({ checkpointFile, dir, format: 'safetensors', precision: 'float32', useEma: true, form: 'dense' });
    // The set of FINE holds the output, the one of the model the inputs.
    const golden = join(home, 'golden.safetensors');
    const { x, t, y } = readGolden('forward');
    await writeSafetensors(golden, { x: { shape: x.shape, data: x.data as Float32Array }, t: { shape: t.shape, data: t.data as Int32Array }, y: { shape: y.shape, data: y.data as Int32Array }, out: toTensorMap(readGolden('fine')).out_ls0 });
    const report = await inTorch(`${file('weights_ls1')},${file('weights_ls0_delta')}`, join(dir, 'model.safetensors'), golden, 'out');
    expect(report.tensors).toBe(42);
    noteDeviation({ backend: 'torch', file: 'fine', tensor: 'out_ls0', maxAbs: report.outMaxAbs, scale: 1 });
    expect(report.outMaxAbs).toBeLessThanOrEqual(2e-5);
  }, 120_000);
});
