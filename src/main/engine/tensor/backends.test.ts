import { expect, test } from 'vitest';
import { listBackends, resolveBackend } from './backends';

test('auto resolves to ONNX Runtime where its library can be called', async () => {
  expect((await resolveBackend('auto')).id).toBe('onnxruntime');
});

test('a backend asked for by name is that backend', async () => {
  expect((await resolveBackend('tfjs-cpu')).id).toBe('tfjs-cpu');
});

test('every backend is listed, measured when asked, and has a reason when it is not available', async () => {
  const infos = await listBackends(true);
  expect(infos.map((info) => info.id)).toEqual(expect.arrayContaining(['onnxruntime', 'onnxruntime-api', 'tfjs-cpu']));
  for (const info of infos) {
    if (info.available) expect(info.gflops, info.id).toBeGreaterThan(0);
    else expect(info.reason, info.id).toMatch(/\w/);
  }
});
