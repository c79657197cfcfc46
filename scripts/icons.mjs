/** Renders resources/icons/icon.svg into the sizes that desktops ask for. Run after the drawing changed; the results are committed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { root } from './lib/paths.mjs';

const folder = join(root, 'resources', 'icons');
const svg = readFileSync(join(folder, 'icon.svg'));

for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024]) {
  // The drawing's own resolution is 72 dots for 1024 units; a density in proportion avoids scaling a bitmap.
  await sharp(svg, { density: Math.max(1, (72 * size) / 1024) * 4 }).resize(size, size).png({ compressionLevel: 9 }).toFile(join(folder, `${size}x${size}.png`));
}
