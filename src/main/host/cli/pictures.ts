/** Puts sample grids under one another. */
import sharp from 'sharp';

const GAP = 8;

/** Writes one PNG with the pictures of `files` from top to bottom, on white. */
export async function stackPictures(files: readonly string[], out: string): Promise<void> {
  const sizes = await Promise.all(files.map((file) => sharp(file).metadata()));
  let top = 0;
  const layers = files.map((input, i) => {
    const layer = { input, left: 0, top };
    top += sizes[i]!.height + GAP;
    return layer;
  });
  const width = Math.max(...sizes.map((size) => size.width));
  await sharp({ create: { width, height: top - GAP, channels: 3, background: '#ffffff' } }).composite(layers).png().toFile(out);
}
