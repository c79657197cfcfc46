import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseNotices, plain } from './notices';

it('reads works, packages and the text of each', () => {
  const { works, packages, texts } = parseNotices('# T\n\n- **Art**: [CC-BY](https://x.y), small.\n\n| package | version | licence |\n|---|---|---|\n| a | 1.0.0 | MIT |\n| @b/c | 2.1.0 | Apache-2.0 AND MIT |\n\n## Licence texts\n\n### a, @b/c\n\n    First\n      second\n');
  expect(works.map(plain)).toEqual(['Art: CC-BY, small.']);
  expect(packages).toEqual([{ name: 'a', version: '1.0.0', licence: 'MIT' }, { name: '@b/c', version: '2.1.0', licence: 'Apache-2.0 AND MIT' }]);
  expect(texts.get('@b/c')).toBe('First\n  second');
});

it('understands the file that is shipped', () => {
  const { works, packages, texts } = parseNotices(readFileSync('THIRD-PARTY-NOTICES.md', 'utf8'));
  expect(works.length).toBeGreaterThan(1);
  expect(packages.length).toBeGreaterThan(50);
  expect(texts.get('onnxruntime-node')).toContain('MIT');
});
