import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors';
import { STREAMS, counterRandom } from '../random';
import { SafetensorsFile, readSafetensors, writeSafetensors } from './safetensors';

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'safetensors-'))));
afterAll(() => rm(dir, { recursive: true }));

/** A file with this header text and data, as bytes. */
function build(header: string | object, data: Uint8Array = new Uint8Array(0)): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

async function load(bytes: Uint8Array) {
  const path = join(dir, 'case.safetensors');
  await writeFile(path, bytes);
  return readSafetensors(path);
}

describe('safetensors', () => {
  it('gives back what was written, in equal bytes for equal content, with the data aligned', async () => {
    const tensors = { b: { shape: [2, 2], data: Float32Array.of(1, -0, NaN, 1e-42) }, a: { shape: [3], data: Int32Array.of(-1, 0, 2 ** 31 - 1) }, empty: { shape: [0, 5], data: new Float32Array(0) }, scalar: { shape: [], data: Float32Array.of(7) } };
    const [one, two] = [join(dir, 'one.safetensors'), join(dir, 'deep', 'two 🦊.safetensors')];
    const bytes = await writeSafetensors(one, tensors, { note: 'ü "quoted"' });
    await writeSafetensors(two, Object.fromEntries(Object.entries(tensors).reverse()), { note: 'ü "quoted"' });
    const raw = await readFile(one);
    expect(raw.length).toBe(bytes);
    expect(Number(raw.readBigUInt64LE()) % 8).toBe(0);
    expect(await readFile(two)).toEqual(raw);
    const back = await readSafetensors(two);
    expect(back).toEqual({ tensors, metadata: { note: 'ü "quoted"' } });
    expect(Object.is(back.tensors.b.data[1], -0)).toBe(true);
    expect(await readdir(join(dir, 'deep'))).toEqual(['two 🦊.safetensors']);
  });

  it('reads a file of another writer', async () => {
    const { tensors } = await readSafetensors(join(import.meta.dirname, '../../../../test/fixtures/dit-tiny/loss.safetensors'), ['t', 'ls0_mse', 'ls0_mse_f64']);
    expect(tensors.t.data).toBeInstanceOf(Int32Array);
    for (let i = 0; i < 3; i++) expect(tensors.ls0_mse_f64.data[i]).toBeCloseTo(tensors.ls0_mse.data[i], 5);
  });

  it('converts half, bfloat, double, byte and long', async () => {
    const half = new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00).buffer);
    const brain = new Uint8Array(Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x0001).buffer);
    const double = new Uint8Array(Float64Array.of(1 / 3, -2).buffer);
    const long = new Uint8Array(BigInt64Array.of(-5n, 2147483647n, -2147483648n).buffer);
    const byte = Uint8Array.of(0, 255);
    const parts = { half: ['F16', half, 8], brain: ['BF16', brain, 4], double: ['F64', double, 2], long: ['I64', long, 3], byte: ['U8', byte, 2] } as const;
    const header: Record<string, unknown> = {};
    let at = 0;
    for (const [name, [dtype, bytes, n]] of Object.entries(parts)) header[name] = { dtype, shape: [n], data_offsets: [at, (at += bytes.length)] };
    const { tensors } = await load(build(header, Buffer.concat(Object.values(parts).map(([, bytes]) => bytes))));
    expect([...tensors.half.data]).toEqual([1, -2, 65504, 2 ** -24, -0, Infinity, -Infinity, NaN]);
    expect([...tensors.brain.data]).toEqual([1, -2, Infinity, Math.fround(2 ** -133)]);
    expect([...tensors.double.data]).toEqual([Math.fround(1 / 3), -2]);
    expect(tensors.long.data).toEqual(Int32Array.of(-5, 2147483647, -2147483648));
    expect(tensors.byte.data).toEqual(Int32Array.of(0, 255));
    const wide = new Uint8Array(BigInt64Array.of(2147483648n).buffer);
    await expect(load(build({ a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, wide))).rejects.toThrow(/does not fit 32 bits/);
  });

  const one = (over: object) => build({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...over } }, new Uint8Array(4));
  const two = (start: number, end: number, bytes: number) => build({ a: { dtype: 'U8', shape: [4], data_offsets: [0, 4] }, b: { dtype: 'U8', shape: [end - start], data_offsets: [start, end] } }, new Uint8Array(bytes));
  it.each<[string, Buffer, RegExp]>([
    ['an empty file', Buffer.alloc(0), /shorter than the 8 bytes/],
    ['a header length beyond the file', Buffer.concat([build('{}'), Buffer.alloc(0)]).fill(0xff, 0, 1), /claims 255 bytes, but only 2 follow/],
    ['a header length of exabytes', Buffer.alloc(64, 0xff), /the limit is/],
    ['an empty header', build(''), /does not begin with "\{"/],
    ['a list as header', build('[]'), /does not begin/],
    ['a byte order mark', build('\ufeff{}'), /does not begin/],
    ['broken JSON', build('{"a":'), /not valid JSON/],
    ['broken UTF-8', Buffer.concat([build('{"a":').subarray(0, 12), Buffer.from([0xff])]).fill(5, 0, 1), /not UTF-8/],
    ['an unknown element type', one({ dtype: 'F8' }), /element type "F8"/],
    ['an inherited property as element type', one({ dtype: 'toString' }), /element type "toString"/],
    ['no shape', one({ shape: undefined }), /no valid shape/],
    ['a negative dimension', one({ shape: [-1] }), /no valid shape/],
    ['a fraction as dimension', one({ shape: [0.5] }), /no valid shape/],
    ['a shape whose product overflows', one({ shape: [2 ** 30, 2 ** 30] }), /larger than any file/],
    ['offsets backwards', one({ data_offsets: [4, 0] }), /data offsets/],
    ['a third offset', one({ data_offsets: [0, 4, 8] }), /data offsets/],
    ['a size that does not fit the shape', one({ shape: [2] }), /needs 8 bytes/],
    ['an unknown property', one({ extra: 1 }), /unknown property "extra"/],
    ['a tensor that is text', build({ a: 'x' }), /not described by an object/],
    ['an overlap', two(3, 6, 6), /inside the one before/],
    ['a hole', two(5, 6, 6), /leaves a hole/],
    ['data cut off', two(4, 6, 5), /cut off/],
    ['data left over', two(4, 6, 7), /1 bytes follow/],
    ['a name twice', build('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'), /"a" occurs twice/],
    ['a property twice', build('{"a":{"dtype":"U8","shape":[0],"shape":[0],"data_offsets":[0,0]}}'), /"shape" occurs twice/],
    ['metadata twice', build('{"__metadata__":{},"__metadata__":{}}'), /occurs twice/],
    ['metadata that is not text', build({ __metadata__: { a: 1 } }), /metadata "a" is not text/],
    ['metadata as list', build({ __metadata__: [] }), /metadata is not an object/],
    ['a tensor called __proto__', build('{"__proto__":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'), /__proto__/],
    ['a metadata key __proto__', build('{"__metadata__":{"__proto__":"x"}}'), /__proto__/],
  ])('refuses %s', async (_, bytes, message) => {
    const error = await load(bytes).then(() => null, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('format');
    expect((error as AppError).message).toMatch(message);
  });

  it('answers a missing file, a folder and an unknown tensor in words', async () => {
    await expect(SafetensorsFile.open(join(dir, 'absent.safetensors'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(SafetensorsFile.open(dir)).rejects.toMatchObject({ code: 'format' });
    const path = join(dir, 'names.safetensors');
    await writeSafetensors(path, { weight: { shape: [1], data: Float32Array.of(1) } });
    await expect(readSafetensors(path, ['bias'])).rejects.toMatchObject({ code: 'format', hint: 'It holds: weight' });
  });

  it('meets 4000 mutations of a valid file with a format error or a valid reading', async () => {
    const path = join(dir, 'seed.safetensors');
    await writeSafetensors(path, { a: { shape: [2, 3], data: new Float32Array(6).fill(1) }, b: { shape: [2], data: Int32Array.of(1, 2) } }, { k: 'v' });
    const valid = await readFile(path);
    const header = 8 + Number(valid.readBigUInt64LE());
    let refused = 0;
    for (let i = 0; i < 4000; i++) {
      const random = counterRandom(1, STREAMS.metrics, i);
      const bytes = Buffer.from(valid);
      const [places, values, how] = [random.integers(3, header), random.integers(6, 256), random.integers(9, 4)];
      const tokens = ['"', '{', '}', '[', ']', ',', ':', '0', '9', '-', 'e', '\\', ' ', '\0'];
      for (let k = 0; k <= how[8] % 3; k++) bytes[places[k]] = how[k] === 0 ? values[k] : how[k] === 1 ? bytes[places[k]] ^ (1 << values[k] % 8) : tokens[values[k] % tokens.length].charCodeAt(0);
      const cut = how[7] === 0 ? bytes.subarray(0, values[3] % bytes.length) : bytes;
      try {
        const { tensors } = await load(cut);
        for (const { shape, data } of Object.values(tensors)) expect(data.length).toBe(shape.reduce((n, dim) => n * dim, 1));
      } catch (error) {
        refused++;
        if (!(error instanceof AppError) || error.code !== 'format') throw error;
      }
    }
    expect(refused).toBeGreaterThan(3000);
  });
});
