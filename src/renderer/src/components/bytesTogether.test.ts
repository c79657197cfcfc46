import { expect, test } from 'vitest';
import type { TrashEntry } from '@shared/entities';
import { bytesTogether } from './bytesTogether';

const entry = (id: string, bytes: number, erased: string[] = []): TrashEntry => ({
  id, kind: 'checkpoint', name: id, trashedAt: 1, bytes, more: 0,
  dependants: [...erased.map((name) => ({ id: name, kind: 'export' as const, name, effect: 'erased' as const, detail: '' })), { id: 'other', kind: 'learngene', name: 'other', effect: 'stays', detail: '' }],
});

test('what goes along with a thing and lies in the trash itself counts once', () => {
  expect(bytesTogether([entry('a', 10), entry('other', 5)])).toBe(15);
  // The 10 bytes of the checkpoint hold the 4 of its export.
  expect(bytesTogether([entry('a', 10, ['export']), entry('export', 4)])).toBe(10);
  expect(bytesTogether([entry('a', 10, ['export'])])).toBe(10);
});
