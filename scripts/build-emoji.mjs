/**
 * Regenerates resources/datasets/emoji32, the built-in pictures. Run it only to change the set; its output is committed.
 *
 *   mkdir emoji && cd emoji && npm init -y && npm install --ignore-scripts emoji-datasource-twitter@16.0.0
 *   node scripts/build-emoji.mjs emoji/node_modules/emoji-datasource-twitter
 *
 * The package (70 MB) is not a dependency of the project. Its 64-pixel pictures are laid over white, halved by averaging
 * 2x2 pixels (the artwork is flat: no ringing, few colours) and packed into lossless WebP sheets, row by row, in the order of
 * `ids` in meta.json. Component emoji (bare skin tones and hair) are no pictures of anything and are left out.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';

const SIZE = 32;
const COLUMNS = 32;
const SHEET_ROWS = 20;

const source = process.argv[2];
if (!source) {
  console.error('Usage: node scripts/build-emoji.mjs PATH_OF_emoji-datasource-twitter');
  process.exit(2);
}
const target = resolve(import.meta.dirname, '../resources/datasets/emoji32');

const all = JSON.parse(await readFile(join(source, 'emoji.json'), 'utf8'));
const chosen = all
  .filter((e) => e.has_img_twitter && e.category !== 'Component')
  .sort((a, b) => (a.unified < b.unified ? -1 : a.unified > b.unified ? 1 : 0));
const classNames = [...new Set(chosen.map((e) => e.category))].sort();

/** Twice the size down to SIZE by averaging 2x2, rounding to nearest. */
async function render(file) {
  const { data, info } = await sharp(file).flatten({ background: '#fff' }).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  if (info.width !== 2 * SIZE || info.height !== 2 * SIZE || info.channels !== 3) throw new Error(`${file}: expected ${2 * SIZE}x${2 * SIZE} RGB`);
  const out = new Uint8Array(SIZE * SIZE * 3);
  const stride = info.width * 3;
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++)
      for (let c = 0; c < 3; c++) {
        const p = 2 * y * stride + 2 * x * 3 + c;
        out[(y * SIZE + x) * 3 + c] = (data[p] + data[p + 3] + data[p + stride] + data[p + stride + 3] + 2) >> 2;
      }
  return out;
}

await mkdir(target, { recursive: true });
const perSheet = COLUMNS * SHEET_ROWS;
const sheets = [];
for (let start = 0; start < chosen.length; start += perSheet) {
  const part = chosen.slice(start, start + perSheet);
  const rows = Math.ceil(part.length / COLUMNS);
  const sheet = Buffer.alloc(COLUMNS * SIZE * rows * SIZE * 3, 255);
  for (const [i, emoji] of part.entries()) {
    const pixels = await render(join(source, 'img/twitter/64', emoji.image));
    const left = (i % COLUMNS) * SIZE;
    const top = Math.floor(i / COLUMNS) * SIZE;
    for (let y = 0; y < SIZE; y++) sheet.set(pixels.subarray(y * SIZE * 3, (y + 1) * SIZE * 3), ((top + y) * COLUMNS * SIZE + left) * 3);
  }
  const name = `sheet-${sheets.length}.webp`;
  await writeFile(join(target, name), await sharp(sheet, { raw: { width: COLUMNS * SIZE, height: rows * SIZE, channels: 3 } }).webp({ lossless: true, effort: 6 }).toBuffer());
  sheets.push(name);
}

const ids = chosen.map((e) => e.unified);
const labels = chosen.map((e) => classNames.indexOf(e.category));
// A tenth of every class is held out: those whose identifiers have the smallest SHA-256.
const heldOut = classNames
  .flatMap((_, c) => {
    const members = ids.flatMap((id, i) => (labels[i] === c ? [{ i, key: createHash('sha256').update(id).digest('hex') }] : []));
    members.sort((a, b) => (a.key < b.key ? -1 : 1));
    return members.slice(0, Math.round(members.length / 10)).map((m) => m.i);
  })
  .sort((a, b) => a - b);

const attribution = 'Emoji artwork: Twemoji, copyright 2020 Twitter, Inc and other contributors, licensed under CC-BY 4.0 (https://creativecommons.org/licenses/by/4.0/), from emoji-datasource-twitter 16.0.0. Changed: laid over white and scaled to 32x32.';
await writeFile(
  join(target, 'meta.json'),
  `${JSON.stringify({ name: 'Emoji', size: SIZE, channels: 3, columns: COLUMNS, sheets, source: 'emoji-datasource-twitter 16.0.0', licence: 'CC-BY-4.0', attribution, classNames, ids: ids.join(' '), labels: labels.join(''), heldOut: heldOut.join(' ') }, null, 1)}\n`,
);
await writeFile(join(target, 'ATTRIBUTION.txt'), `${attribution}\n`);
console.log(`${ids.length} pictures, ${heldOut.length} held out, ${classNames.length} classes, ${sheets.length} sheets`);
