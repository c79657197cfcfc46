/**
 * The sampling script of a bundle, in JavaScript: the same arithmetic as sample.py, the same pictures for the same seed. It is
 * written without template literals, so that it can stand here as one.
 */
export const SAMPLE_MJS = String.raw`#!/usr/bin/env node
/**
 * Draws pictures from model.onnx: DDIM with classifier-free guidance.
 *
 *   npm install onnxruntime-node
 *   node sample.mjs --class 0 --seed 0 --steps 50 --cfg 1.5 --out samples.png
 *
 * --class takes an index, a name from config.json, or several separated by commas.
 * A name that ends in .npy as --out stores the values [N, C, H, W] instead of a picture.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import * as ort from 'onnxruntime-node';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const fail = (message) => {
  console.error(message);
  process.exit(1);
};

/** Philox4x32-10 (Salmon et al. 2011): four 32-bit words for each of the counters 0 .. blocks-1. */
function philox(blocks, stream, seed) {
  const out = new Uint32Array(4 * blocks);
  const high = (a, b) => Number((BigInt(a >>> 0) * BigInt(b)) >> 32n);
  for (let block = 0; block < blocks; block++) {
    let [c0, c1, c2, c3] = [block, 0, stream, 0];
    let [k0, k1] = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
    for (let round = 0; round < 10; round++) {
      const [h0, h1] = [high(c0, 0xd2511f53), high(c2, 0xcd9e8d57)];
      [c0, c1, c2, c3] = [h1 ^ c1 ^ k0, Math.imul(c2, 0xcd9e8d57), h0 ^ c3 ^ k1, Math.imul(c0, 0xd2511f53)];
      k0 = (k0 + 0x9e3779b9) | 0;
      k1 = (k1 + 0xbb67ae85) | 0;
    }
    out.set([c0, c1, c2, c3], 4 * block);
  }
  return out;
}

/** Standard normal values (Box and Muller 1958) from pairs of words. */
function normals(count, seed) {
  const words = philox(Math.ceil(count / 4), (7 << 8) | 1, seed);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log((words[i] + 1) / 2 ** 32));
    const angle = 2 * Math.PI * (words[i + 1] / 2 ** 32);
    out[i] = radius * Math.cos(angle);
    if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** Count steps spread evenly from 0 to total - 1; halves go to the even neighbour. */
function timesteps(total, count) {
  if (!(Number.isInteger(count) && count >= 1 && count <= total)) fail('--steps must be between 1 and ' + total);
  const stride = count > 1 ? (total - 1) / (count - 1) : 1;
  const out = [];
  let position = 0;
  for (let i = 0; i < count; i++, position += stride) {
    const floor = Math.floor(position);
    out.push(position - floor === 0.5 ? floor + (floor % 2) : Math.round(position));
  }
  return out;
}

function classOf(text, config) {
  const named = config.class_names.indexOf(text);
  const index = named >= 0 ? named : /^\d+$/.test(text) ? Number(text) : -1;
  if (index < 0 || index > config.null_class) fail('unknown class ' + text + '; choose from ' + config.class_names.map((n, i) => i + ' ' + n).join(', '));
  return index;
}

async function sample(session, config, classes, seed, steps, cfg) {
  const { in_channels: channels, input_size: size, diffusion, null_class: nullClass } = config;
  const kept = diffusion.alphas_cumprod;
  const each = channels * size * size;
  const count = classes.length;
  const x = new Float32Array(count * each);
  for (let i = 0; i < count; i++) x.set(normals(each, seed + i), i * each);

  const predict = async (t) => {
    const y = cfg === 1 ? classes : [...classes, ...classes.map(() => nullClass)];
    const both = new Float32Array(y.length * each);
    for (let at = 0; at < both.length; at += x.length) both.set(x, at);
    const { out } = await session.run({
      x: new ort.Tensor('float32', both, [y.length, channels, size, size]),
      t: new ort.Tensor('int64', new BigInt64Array(y.length).fill(BigInt(t)), [y.length]),
      y: new ort.Tensor('int64', BigInt64Array.from(y, BigInt), [y.length]),
    });
    const width = out.data.length / y.length; // a learned variance follows the prediction and is not needed here
    const guided = config.guidance_channels * size * size;
    const result = new Float32Array(count * each);
    for (let i = 0; i < count; i++)
      for (let k = 0; k < each; k++) {
        const value = out.data[i * width + k];
        const free = cfg === 1 || k >= guided ? value : out.data[(count + i) * width + k];
        result[i * each + k] = free === value ? value : free + cfg * (value - free);
      }
    return result;
  };

  const visited = timesteps(kept.length, steps);
  for (let i = visited.length - 1; i >= 0; i--) {
    const t = visited[i];
    const out = await predict(t);
    const [signal, spread] = [Math.sqrt(kept[t]), Math.sqrt(1 - kept[t])];
    const before = i > 0 ? kept[visited[i - 1]] : 1;
    for (let k = 0; k < x.length; k++) {
      const clean = Math.max(-1, Math.min(1, diffusion.prediction === 'x0' ? out[k] : (x[k] - spread * out[k]) / signal));
      const noise = (x[k] - signal * clean) / spread;
      x[k] = Math.sqrt(before) * clean + Math.sqrt(1 - before) * noise;
    }
  }
  return x;
}

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A PNG of 8-bit grey (1 channel) or RGB (3 channels) rows. */
function png(pixels, width, height, channels) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 1 ? 0 : 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * channels));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width * channels, (y + 1) * width * channels), y * (1 + width * channels) + 1);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function npy(values, shape) {
  const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape.join(', ') + '), }';
  const header = Buffer.from(text + ' '.repeat(63 - ((10 + text.length) % 64)) + '\n');
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([start, header, Buffer.from(values.buffer)]);
}

function save(x, count, config, file, scale) {
  const { in_channels: channels, input_size: size } = config;
  if (file.endsWith('.npy')) return writeFileSync(file, npy(x, [count, channels, size, size]));
  if (channels !== 1 && channels !== 3) fail('values with ' + channels + ' channels are no pictures: decode them; --out values.npy stores them');
  const columns = Math.min(8, count);
  const [width, height] = [columns * size * scale, Math.ceil(count / columns) * size * scale];
  const pixels = new Uint8Array(width * height * channels).fill(255);
  for (let i = 0; i < count; i++)
    for (let row = 0; row < size * scale; row++)
      for (let column = 0; column < size * scale; column++)
        for (let c = 0; c < channels; c++) {
          const from = ((i * channels + c) * size + Math.floor(row / scale)) * size + Math.floor(column / scale);
          const to = (Math.floor(i / columns) * size * scale + row) * width + (i % columns) * size * scale + column;
          pixels[to * channels + c] = Math.max(0, Math.min(255, Math.round((x[from] + 1) * 127.5)));
        }
  writeFileSync(file, png(pixels, width, height, channels));
}

const text = (value) => ({ type: 'string', default: value });
const { values: args } = parseArgs({ options: { class: text('0'), count: text('1'), seed: text('0'), steps: text('50'), cfg: text('1'), scale: text('4'), out: text('samples.png') } });
const config = JSON.parse(readFileSync(here('config.json'), 'utf8'));
const classes = args.class.split(',').flatMap((name) => Array(Number(args.count)).fill(classOf(name.trim(), config)));
const session = await ort.InferenceSession.create(here('model.onnx'));
save(await sample(session, config, classes, Number(args.seed), Number(args.steps), Number(args.cfg)), classes.length, config, args.out, Number(args.scale));
console.log(args.out);
`;
