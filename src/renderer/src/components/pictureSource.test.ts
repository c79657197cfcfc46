import { expect, it } from 'vitest';
import { isPictureSource, pictureSource } from './pictureSource';

it('takes the folder of a picture, folders and archives as they are', () => {
  expect(pictureSource('/home/me/flowers/rose.JPG')).toBe('/home/me/flowers');
  expect(pictureSource('C:\\pictures\\rose.webp')).toBe('C:\\pictures');
  expect(pictureSource('/home/me/flowers')).toBe('/home/me/flowers');
  expect(pictureSource('/home/me/flowers.zip')).toBe('/home/me/flowers.zip');
});

it('knows pictures, archives and folders from other files', () => {
  for (const name of ['a.png', 'b.JPEG', 'c.zip', 'Holiday pictures']) expect(isPictureSource({ name, type: '' })).toBe(true);
  for (const name of ['model.safetensors', 'notes.txt']) expect(isPictureSource({ name, type: '' })).toBe(false);
});
