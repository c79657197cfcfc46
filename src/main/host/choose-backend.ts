/** Comparing the backends of this machine, once per data folder and program version; what the comparison says about its speed. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { toErrorInfo } from '../../shared/errors';
import { measuredSpeeds } from '../catalog';
import type { HostContext } from './context';

const comparing = new WeakMap<HostContext, Promise<void>>();

/** Whether `chooseBackendOnce` would take its time now. */
export function isBackendOpen(context: HostContext): boolean {
  return comparing.has(context) || !existsSync(context.home.backendsFile);
}

/**
 * Returns when "auto" has been decided. Whatever happens to the comparison, training goes on with the standard choice (the failed
 * task has said so), and an attempt that took its process down is not repeated: the file that it should
 * have filled is there already, empty. Who comes while it is at work waits for the same one.
 */
export function chooseBackendOnce(context: HostContext, signal?: AbortSignal): Promise<void> {
  const running = comparing.get(context);
  if (running) return running;
  if (existsSync(context.home.backendsFile)) return Promise.resolve();
  const comparison = compare(context, signal).finally(() => comparing.delete(context));
  comparing.set(context, comparison);
  return comparison;
}

async function compare({ home, tasks, events }: HostContext, signal?: AbortSignal): Promise<void> {
  writeFileSync(home.backendsFile, '{}\n');
  try {
    await tasks.run({ kind: 'backends', measure: true }, 'Compare the backends', signal);
    // Estimates that had nothing to go by have something now.
    for (const what of ['runs', 'app']) events.publish({ type: 'changed', what });
  } catch (error) {
    if (toErrorInfo(error).code === 'cancelled') rmSync(home.backendsFile, { force: true });
  }
}

/** Before the first run of a data folder estimates need the comparison, which that run would make anyway: it is made now. */
export function compareBeforeFirstEstimate(context: HostContext): void {
  if (context.comparesBackends && measuredSpeeds(context.catalog).length === 0) void chooseBackendOnce(context);
}

const speedSchema = z.object({ gflops: z.number().positive() });

/** GFLOP/s that the chosen backend reached in the test step; null before the comparison. */
export function testStepGflops({ home }: Pick<HostContext, 'home'>): number | null {
  if (!existsSync(home.backendsFile)) return null;
  try {
    const parsed = speedSchema.safeParse(JSON.parse(readFileSync(home.backendsFile, 'utf8')));
    return parsed.success ? parsed.data.gflops : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
