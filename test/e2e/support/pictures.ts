/** A folder of pictures as a person has it: one sub-folder per class. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** Discs and bars in several colours, 48x40 pixels, so that cropping and resizing have something to do. */
export async function makePictures(folder: string, perClass = 12): Promise<string> {
  const shapes: Record<string, (hue: number) => string> = {
    discs: (hue) => `<circle cx="24" cy="20" r="14" fill="hsl(${hue} 80% 50%)"/>`,
    bars: (hue) => `<rect x="8" y="14" width="32" height="12" fill="hsl(${hue} 80% 50%)"/>`,
  };
  for (const [name, draw] of Object.entries(shapes)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="40"><rect width="48" height="40" fill="white"/>${draw((360 * i) / perClass)}</svg>`;
      await sharp(Buffer.from(svg)).png().toFile(join(folder, name, `${i}.png`));
    }
  }
  return folder;
}
