import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { gpuMeter } from './gpu';

const folder = mkdtempSync(join(tmpdir(), 'gpu-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(process.platform === 'win32')('tells of the busiest card, and of none once the tool has ended', async () => {
  const tool = join(folder, 'tool');
  writeFileSync(tool, `#!/bin/sh\necho "0, 12"\necho "1, 87"\necho "2, [N/A]"\nexec sleep 60\n`);
  chmodSync(tool, 0o755);
  const meter = gpuMeter(2000, tool);
  await vi.waitFor(() => expect(meter.busy()).toBeCloseTo(0.87), 5000);
  meter.stop();
  await vi.waitFor(() => expect(meter.busy()).toBeNull(), 5000);
});

it('is silent where there is no such tool', async () => {
  const meter = gpuMeter(2000, join(folder, 'missing'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(meter.busy()).toBeNull();
  meter.stop();
});
