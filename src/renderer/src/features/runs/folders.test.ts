import { expect, test } from 'vitest';
import { folderInside, folderTree, runsIn, shownFolders } from './folders';

const tree = folderTree([{ folder: '', runs: 7 }, { folder: 'b/run 10', runs: 1 }, { folder: 'b/run 2', runs: 2 }, { folder: 'a', runs: 3 }, { folder: 'b/run 2/deep', runs: 4 }, { folder: 'b-side', runs: 1 }]);
const line = ({ path, level, runs, parent }: (typeof tree)[number]) => `${'  '.repeat(level)}${path} ${runs}${parent ? ' +' : ''}`;

test('names with slashes become a tree with counts of everything below', () => {
  expect(tree.map(line)).toEqual(['a 3', 'b 7 +', '  b/run 2 6 +', '    b/run 2/deep 4', '  b/run 10 1', 'b-side 1']);
});

test('a closed folder hides what is below it, a filter shows what matches with the folders around it', () => {
  expect(shownFolders(tree, new Set(['b/run 2']), '').map((n) => n.path)).toEqual(['a', 'b', 'b/run 2', 'b/run 10', 'b-side']);
  expect(shownFolders(tree, new Set(['b']), '').map((n) => n.path)).toEqual(['a', 'b', 'b-side']);
  expect(shownFolders(tree, new Set(['b']), 'DEEP').map((n) => n.path)).toEqual(['b', 'b/run 2', 'b/run 2/deep']);
});

test('puts a folder into another one or to the top, but not into itself nor where it is', () => {
  expect(folderInside('a/b', 'c')).toBe('c/b');
  expect(folderInside('a/b', '')).toBe('b');
  expect(folderInside('a', 'a/b')).toBeNull();
  expect(folderInside('a', 'a')).toBeNull();
  expect(folderInside('a/b', 'a')).toBeNull();
  expect(folderInside('a', 'ab')).toBe('ab/a');
});

test('counts what is below a folder, too', () => {
  expect(runsIn([{ folder: 'a', runs: 2 }, { folder: 'a/b', runs: 3 }, { folder: 'ab', runs: 9 }], 'a')).toBe(5);
});
