import { expect, test } from 'vitest';
import { ProtoWriter } from './protobuf';

test.each([
  [150, [0x08, 0x96, 0x01]],
  [0, [0x08, 0x00]],
  [-1, [0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
  [2n ** 40n, [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]],
])('the integer %d', (value, bytes) => {
  expect([...new ProtoWriter().int(1, value).finish()]).toEqual(bytes);
});

test('strings, floats and nested messages', () => {
  expect([...new ProtoWriter().string(2, 'testing').finish()]).toEqual([0x12, 7, ...Buffer.from('testing')]);
  expect([...new ProtoWriter().float(2, 1).finish()]).toEqual([0x15, 0, 0, 0x80, 0x3f]);
  expect([...new ProtoWriter().message(3, new ProtoWriter().int(1, 150)).finish()]).toEqual([0x1a, 3, 0x08, 0x96, 0x01]);
});
