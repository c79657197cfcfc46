import { expect, test } from 'vitest';
import { z } from 'zod';
import { partialWithoutDefaults } from './partial';

test('what is absent stays absent; what is there is still checked', () => {
  const schema = partialWithoutDefaults(z.object({ a: z.int().default(3), b: z.string() }));
  expect(schema.parse({})).toEqual({});
  expect(schema.parse({ a: 5 })).toEqual({ a: 5 });
  expect(schema.safeParse({ a: 'x' }).success).toBe(false);
});
