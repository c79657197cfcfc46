/** Comparing the backends of this machine, once per data folder and program version. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { toErrorInfo } from '../../shared/errors';
import type { HostContext } from './context';

/**
 * Returns when "auto" has been decided. Whatever happens to the comparison, training goes on with the standard choice (the failed
 * task has said so), and an attempt that took its process down is not repeated: the file that it should
 * have filled is there already, empty.
 */
export async function chooseBackendOnce({ home, tasks }: HostContext, signal: AbortSignal): Promise<void> {
  if (existsSync(home.backendsFile)) return;
  writeFileSync(home.backendsFile, '{}\n');
  try {
    await tasks.run({ kind: 'backends', measure: true }, 'Compare the backends', signal);
  } catch (error) {
    if (toErrorInfo(error).code === 'cancelled') rmSync(home.backendsFile, { force: true });
  }
}
