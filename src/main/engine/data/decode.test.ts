import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePicture } from './decode';

const raw = (width: number, height: number, channels: 1 | 2 | 3 | 4, at: (x: number, y: number) => number[]) => {
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(at(x, y), (y * width + x) * channels);
  return sharp(data, { raw: { width, height, channels } });
};
const pixel = (picture: Uint8Array, size: number, x: number, y: number): number[] => [...picture.subarray((y * size + x) * 3, (y * size + x) * 3 + 3)];

describe('decodePicture', () => {
  test('crops at the centre', async () => {
    const bands = raw(24, 8, 3, (x) => (x < 8 ? [255, 0, 0] : x < 16 ? [0, 255, 0] : [0, 0, 255]));
    const picture = await decodePicture(await bands.png().toBuffer(), 8);
    for (let x = 0; x < 8; x++) expect(pixel(picture, 8, x, 4)).toEqual([0, 255, 0]);
  });

  test('keeps pixels exactly when the size fits', async () => {
    const gradient = raw(8, 8, 3, (x, y) => [x * 30, y * 30, 7]);
    const picture = await decodePicture(await gradient.png().toBuffer(), 8);
    expect(pixel(picture, 8, 3, 5)).toEqual([90, 150, 7]);
  });

  test('turns as the EXIF orientation says', async () => {
    const topRed = raw(8, 8, 3, (_x, y) => (y < 4 ? [255, 0, 0] : [0, 0, 255]));
    const turned = await topRed.withMetadata({ orientation: 6 }).png().toBuffer();
    const picture = await decodePicture(turned, 8); // orientation 6: the top of the stored picture is its right side
    expect(pixel(picture, 8, 7, 4)).toEqual([255, 0, 0]);
    expect(pixel(picture, 8, 0, 4)).toEqual([0, 0, 255]);
  });

  test('lays transparency over white', async () => {
    const half = raw(8, 8, 4, (x) => [255, 0, 0, x < 4 ? 0 : 255]);
    const picture = await decodePicture(await half.png().toBuffer(), 8);
    expect(pixel(picture, 8, 0, 0)).toEqual([255, 255, 255]);
    expect(pixel(picture, 8, 7, 0)).toEqual([255, 0, 0]);
  });

  test('grey, grey with alpha and 16 bits become 8-bit RGB', async () => {
    const grey = await raw(8, 8, 1, (x) => [x * 30]).toColourspace('b-w').png().toBuffer();
    expect(pixel(await decodePicture(grey, 8), 8, 5, 0)).toEqual([150, 150, 150]);
    const greyAlpha = await raw(8, 8, 2, () => [10, 0]).toColourspace('b-w').png().toBuffer();
    expect(pixel(await decodePicture(greyAlpha, 8), 8, 5, 0)).toEqual([255, 255, 255]);
    const deep = await raw(8, 8, 3, (x) => [x * 30, 0, 255]).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    expect(pixel(await decodePicture(deep, 8), 8, 5, 0)).toEqual([150, 0, 255]);
    const deepGrey = await raw(8, 8, 1, (x) => [x * 30]).toColourspace('grey16').png().toBuffer();
    expect(pixel(await decodePicture(deepGrey, 8), 8, 5, 0)).toEqual([150, 150, 150]);
  });

  test('CMYK becomes RGB, an animation gives its first frame', async () => {
    const cmyk = await raw(8, 8, 3, () => [200, 30, 30]).toColourspace('cmyk').jpeg().toBuffer();
    const [r, g] = pixel(await decodePicture(cmyk, 8), 8, 4, 4);
    expect(r).toBeGreaterThan(g + 80);
    const frames = await raw(8, 16, 3, (_x, y) => (y < 8 ? [255, 0, 0] : [0, 0, 255])).toBuffer();
    const animation = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } }).gif().toBuffer();
    expect((await sharp(animation).metadata()).pages).toBe(2);
    expect(pixel(await decodePicture(animation, 8), 8, 0, 0)[0]).toBeGreaterThan(250);
  });

  test('extreme shapes stay bounded', async () => {
    const strip = await raw(1, 4000, 3, () => [1, 2, 3]).png().toBuffer();
    expect(pixel(await decodePicture(strip, 64), 64, 0, 0)).toEqual([1, 2, 3]);
  });
});
