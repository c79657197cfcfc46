import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseNotices } from './notices';

it('reads every row of the table and keeps the texts', () => {
  const { packages, texts } = parseNotices('# T\n\n| package | version | licence |\n|---|---|---|\n| a | 1.0.0 | MIT |\n| @b/c | 2.1.0 | Apache-2.0 AND MIT |\n\n## a\ntext');
  expect(packages).toEqual([{ name: 'a', version: '1.0.0', licence: 'MIT' }, { name: '@b/c', version: '2.1.0', licence: 'Apache-2.0 AND MIT' }]);
  expect(texts).toBe('## a\ntext');
});

it('understands the file that is shipped', () => {
  const { packages, texts } = parseNotices(readFileSync('THIRD-PARTY-NOTICES.md', 'utf8'));
  expect(packages.length).toBeGreaterThan(50);
  expect(packages.some((p) => p.name === 'onnxruntime-node')).toBe(true);
  expect(texts.length).toBeGreaterThan(1000);
});
