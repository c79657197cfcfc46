import { expect, test } from 'vitest';
import { BACKEND_IDS } from '../../../shared/config';
import { listBackends, resolveBackend } from './backends';

test('auto resolves to ONNX Runtime where its library can be called', async () => {
  expect((await resolveBackend('auto')).id).toBe('onnxruntime');
});

test('a backend asked for by name is that backend', async () => {
  expect((await resolveBackend('tfjs-cpu')).id).toBe('tfjs-cpu');
});

test('every backend is listed, measured when asked, and has a reason when it is not available', async () => {
  const infos = await listBackends(true);
  expect(infos.map((info) => info.id).sort()).toEqual(BACKEND_IDS.filter((id) => id !== 'auto').sort());
  for (const info of infos) {
    if (info.available) expect(info.gflops, info.id).toBeGreaterThan(0);
    else expect(info.reason, info.id).toMatch(/\w/);
  }
});

test('a backend that cannot work here is refused with its reason', async () => {
  const elsewhere = process.platform === 'darwin' ? 'directml' : 'coreml';
  await expect(resolveBackend(elsewhere)).rejects.toMatchObject({ code: 'unsupported', why: expect.stringMatching(/^Only on/) });
});
