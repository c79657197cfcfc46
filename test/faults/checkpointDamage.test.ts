/** faults 10, 11, 12: cut, altered and foreign checkpoints are recognised, and a run falls back to the state before. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/shared/errors';
import { readLearngene, writeLearngene } from '../../src/main/engine/checkpoint/learngene';
import { readModel, writeModel } from '../../src/main/engine/checkpoint/model';
import { latestState, modelOfState, readState, writeState } from '../../src/main/engine/checkpoint/state';
import { writeSafetensors } from '../../src/main/engine/checkpoint/safetensors';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import { tinyDiffusion, tinyWeights } from '../../src/main/engine/train/testkit';

const weights = tinyWeights('factorised');
const content = { weights, ema: tinyWeights('factorised').tensors, diffusion: tinyDiffusion, classNames: ['fox', 'owl', '🦊'], step: 7, loss: 0.125 };
const summary = { step: 5, configHash: 'abc', model: weights.config, ranks: weights.ranks, lossBefore: 1, lastLoss: 0.5, startLoss: 1, recentLoss: 0.6, warned: false, healthyStep: null, elapsedMs: 10 };
const stateOf = (step: number) => ({ summary: { ...summary, step }, state: { 'weights/sigma.qkv.0': weights.tensors['sigma.qkv.0'] }, frozen: { 'U.qkv': weights.tensors['U.qkv'] } });

let dir: string;
let model: string;
let learngene: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'damage-'));
  model = join(dir, 'model.safetensors');
  learngene = join(dir, 'learngene.safetensors');
  await writeModel(model, content);
  const shared = Object.fromEntries(Object.entries(weights.tensors).filter(([name]) => /^[UV]\.|^sigma\./.test(name)));
  await writeLearngene(learngene, { config: weights.config, ranks: weights.ranks!, method: 'direct', errors: null, diffusion: tinyDiffusion, classNames: content.classNames, tensors: shared });
});
afterAll(() => rm(dir, { recursive: true }));

const failure = (work: Promise<unknown>) => work.then(() => null, (reason: unknown) => reason);

describe('sound files', () => {
  it('give back all of a model', async () => {
    const { facts, ...read } = await readModel(model);
    expect(read).toEqual(content);
    expect(facts).toMatchObject({ form: 'factorised', hasEma: true, step: 7, loss: 0.125, bytes: (await readFile(model)).length });
    expect(facts.parameters).toBe(Object.values(weights.tensors).reduce((sum, { data }) => sum + data.length, 0));
    expect(facts.denseParameters).toBe(Object.values(tinyWeights().tensors).reduce((sum, { data }) => sum + data.length, 0));
  });

  it('give back all of a learngene and of a state', async () => {
    expect(await readLearngene(learngene)).toMatchObject({ config: weights.config, ranks: weights.ranks, method: 'direct', tensors: { 'U.qkv': weights.tensors['U.qkv'], 'sigma.fc2.1': weights.tensors['sigma.fc2.1'] } });
    const states = join(dir, 'whole');
    await writeState(states, stateOf(5));
    expect(await latestState(states)).toEqual(stateOf(5));
    const restored = modelOfState(stateOf(5));
    expect(Object.keys(restored.weights.tensors).sort()).toEqual(['U.qkv', 'sigma.qkv.0']);
    expect(restored.ema).toBeNull();
  });

  it('have equal bytes for equal content', async () => {
    const again = join(dir, 'again.safetensors');
    await writeModel(again, content);
    expect(await readFile(again)).toEqual(await readFile(model));
  });
});

describe('damaged files', () => {
  it('are refused at 64 lengths', async () => {
    const whole = await readFile(model);
    const cut = join(dir, 'cut.safetensors');
    for (let i = 0; i < 64; i++) {
      await writeFile(cut, whole.subarray(0, Math.floor((whole.length * i) / 64)));
      expect(await failure(readModel(cut))).toMatchObject({ name: 'AppError', code: 'format' });
    }
  });

  it.each([['model', () => model, readModel], ['learngene', () => learngene, readLearngene]] as const)('are refused at any of 200 flipped bits of a %s', async (_, source, read) => {
    const whole = await readFile(source());
    const dataStart = 8 + Number(whole.readBigUInt64LE());
    const random = counterRandom(9, STREAMS.metrics, 0);
    const [places, bits] = [random.integers(200, whole.length), random.uniforms(200)];
    const flipped = join(dir, 'flipped.safetensors');
    for (let i = 0; i < 200; i++) {
      const bytes = Buffer.from(whole);
      // Every other flip in the header, which is small.
      const place = i % 2 ? places[i] % dataStart : places[i];
      bytes[place] ^= 1 << Math.floor(bits[i] * 8);
      await writeFile(flipped, bytes);
      const error = await failure(read(flipped));
      expect(error, `byte ${place}`).toBeInstanceOf(AppError);
      expect(place < dataStart ? ['format', 'checksum'] : ['checksum'], `byte ${place}`).toContain((error as AppError).code);
    }
  });

  it('make a run fall back to the state before, and only fail when none is left', async () => {
    const states = join(dir, 'states');
    const { file: first } = await writeState(states, stateOf(3));
    const { file: second } = await writeState(states, stateOf(6));
    const bytes = await readFile(second);
    bytes[bytes.length - 3] ^= 4;
    await writeFile(second, bytes);
    await writeFile(`${second}.123.0.tmp`, 'half');
    const warnings: string[] = [];
    expect((await latestState(states, (message) => warnings.push(message)))?.summary.step).toBe(3);
    expect(warnings).toEqual([expect.stringMatching(/step 6.*changed since it was written/)]);
    await expect(readFile(`${second}.123.0.tmp`)).rejects.toThrow();
    await writeFile(first, (await readFile(first)).subarray(0, 100));
    expect(await failure(latestState(states))).toMatchObject({ code: 'checksum' });
    expect(await latestState(join(dir, 'nothing here'))).toBeNull();
  });
});

describe('foreign files', () => {
  it('are told apart', async () => {
    expect(await failure(readModel(learngene))).toMatchObject({ code: 'format', why: 'It says that it is "fine-learngene".' });
    expect(await failure(readState(model))).toMatchObject({ code: 'format' });
    const plain = join(dir, 'plain.safetensors');
    await writeSafetensors(plain, weights.tensors);
    expect(await failure(readModel(plain))).toMatchObject({ code: 'format', hint: expect.stringContaining('import') });
    expect(await failure(readModel(join(dir, 'absent.safetensors')))).toMatchObject({ code: 'not-found' });
  });

  it('are not written either: a model whose tensors are not those of its configuration', async () => {
    const target = join(dir, 'wrong.safetensors');
    const wrong = { ...weights, config: { ...weights.config, depth: 3 } };
    expect(await failure(writeModel(target, { ...content, weights: wrong }))).toMatchObject({ code: 'format', details: { missing: expect.arrayContaining(['sigma.qkv.2', 'blocks.2.attn.qkv.bias']) } });
    await expect(readFile(target)).rejects.toThrow();
  });
});
