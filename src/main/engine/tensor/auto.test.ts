import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseBackend, machine, rememberedChoice } from './auto';
import { getBackend } from './backends';
import { checkStep } from './measureStep';
import { tf } from './tf';
import type { Backend } from './types';

let file: string;
beforeEach(() => {
  const dir = mkdtempSync(join(tmpdir(), 'fine-auto-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  file = join(dir, 'backends.json');
});

const native = getBackend('onnxruntime');
/** Computes everything but a loss that is half a percent off. */
const wrong: Backend = {
  id: 'webgpu',
  describe: () => native.describe(),
  compile: (spec, options) => native.compile({ ...spec, body: (args) => { const result = spec.body(args); return { ...result, outputs: { loss: tf.mul(result.outputs.loss, 1.005) } }; } }, options),
};

test('the fastest that computes right is taken, remembered, and says why', async () => {
  const choice = await chooseBackend([wrong, native, getBackend('tfjs-cpu')], file);
  expect(choice).toMatchObject({ id: 'onnxruntime', machine: machine() });
  expect(choice!.notes.webgpu).toMatch(/^Not chosen: .*trains wrongly/);
  expect(choice!.notes.onnxruntime).toMatch(/ms\. The fastest here/);
  expect(rememberedChoice(file)).toEqual(choice);
});

test('without one that computes right nothing is chosen or written', async () => {
  expect(await chooseBackend([wrong], file)).toBeNull();
  expect(rememberedChoice(file)).toBeNull();
});

test.each([['another machine', (text: string) => text.replace(/"machine": "/, '$&x')], ['half a file', (text: string) => text.slice(0, 40)], ['an attempt that never ended', () => '{}\n']])('a choice of %s does not count', async (_, damage) => {
  await chooseBackend([native], file);
  writeFileSync(file, damage(readFileSync(file, 'utf8')));
  expect(rememberedChoice(file)).toBeNull();
});

test.each(['onnxruntime', 'onnxruntime-api', 'tfjs-cpu'] as const)('%s does the test step right', async (id) => {
  await checkStep(getBackend(id));
});
