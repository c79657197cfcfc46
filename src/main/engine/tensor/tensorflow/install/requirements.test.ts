import { tmpdir } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { findTools, missingSystem, refusal } from './requirements';

afterEach(() => vi.unstubAllEnvs());

test('only Linux on x64 can build', () => {
  expect(missingSystem('linux', 'x64')).toBeNull();
  expect(missingSystem('darwin', 'arm64')!.what).toContain('darwin/arm64');
  expect(missingSystem('linux', 'arm64')).not.toBeNull();
});

test('a refusal lists everything that is missing and what to do about each', () => {
  const error = refusal([{ what: 'Python with pip', todo: 'install Python' }, { what: 'a C++ compiler', todo: 'install g++' }]);
  expect(error).toMatchObject({ code: 'unsupported', message: 'TensorFlow cannot be installed here. Missing: Python with pip; a C++ compiler.', hint: 'Install Python; install g++. Then try again.' });
});

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('on a machine without any tools, all of them are named at once', async () => {
  vi.stubEnv('PATH', '/nowhere');
  vi.stubEnv('CXX', undefined);
  await expect(findTools({ cuda: false, folder: tmpdir() })).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/Python with pip; a C\+\+ compiler/) });
});
