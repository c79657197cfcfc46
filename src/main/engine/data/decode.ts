/** One encoded picture to `size` x `size` RGB bytes, or the reason why not. */
import sharp from 'sharp';
import { PictureError } from './source';

/** Pictures above this many pixels are refused before they are decoded (a 100-megapixel camera passes). */
export const MAX_PIXELS = 128 * 2 ** 20;

// Only raster formats with a bounded decoder may be opened, whatever a file calls itself: SVG, PDF and the rest never run.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif', 'VipsForeignLoadTiff', 'VipsForeignLoadHeif'] });
// Pictures are decoded side by side; threads inside one small resize only get in each other's way.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decoded, turned as its EXIF orientation says, laid over white, converted to 8-bit sRGB, scaled so that its shorter side
 * fits and cropped at the centre. Only the first frame of an animation. Returns [size, size, 3]. Throws `PictureError`.
 */
export async function decodePicture(bytes: Buffer, size: number): Promise<Uint8Array> {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 })
      .autoOrient()
      .resize(size, size, { fit: 'cover', position: 'centre' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .timeout({ seconds: 60 })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (info.channels === 1) return greyToRgb(data);
    throw new PictureError(`It has ${info.channels} channels after conversion to RGB.`);
  } catch (error) {
    if (error instanceof PictureError) throw error;
    throw new PictureError(reasonOf(error as Error));
  }
}

function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i], 3 * i, 3 * i + 3);
  return rgb;
}

function reasonOf(error: Error): string {
  const message = error.message.split('\n')[0];
  if (/pixel limit/i.test(message)) return `It has more than ${Math.round(MAX_PIXELS / 1e6)} million pixels.`;
  if (/unsupported image format|blocked/i.test(message)) return 'Its content is not a PNG, JPEG, WebP, GIF, TIFF or AVIF picture.';
  if (/timeout/i.test(message)) return 'Decoding took longer than a minute.';
  return `Its content is damaged (${message.slice(0, 120)}).`;
}
