/**
 * What "auto" means on this machine: the backend that does a small training step fastest among those that do it right. It is
 * measured by a job of its own, because a graphics driver may take the process down with it, and remembered in the data
 * folder; every other process only reads the outcome.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release } from 'node:os';
import { z } from 'zod';
import { BACKEND_IDS, type BackendId } from '../../../shared/config';
import { writeFileAtomically } from '../checkpoint/atomicFile';
import { checkStep, measureStep, TIMED_MACS } from './measureStep';
import type { Backend } from './types';

/** Environment variable with the file that the choice is kept in; the host sets it for its workers. */
const FILE_VARIABLE = 'FINE_STUDIO_BACKEND_CHOICE';

const choiceSchema = z.object({
  /** A choice counts only where and with what it was made. */
  machine: z.string(),
  id: z.enum(BACKEND_IDS).exclude(['auto']),
  /** One sentence per backend that was tried. */
  notes: z.record(z.string(), z.string()),
  /** What it reached in the test step: the ground of estimates before the first run. */
  gflops: z.number().optional(),
});
export type AutoChoice = z.infer<typeof choiceSchema>;

/** What "auto" never takes while there is another one, with a sentence why: timing it would cost time, and noise might choose it. */
const NOT_BY_ITSELF: Partial<Record<BackendId, string>> = {
  'onnxruntime-api': 'Never the automatic choice while the direct interface can be called.',
  'tensorflow-eager': 'The same library op by op, which costs more than its graph.',
  'tensorflow-bf16': 'Rounds the operands of products to 8 significant bits; that is for a person to choose.',
  'tfjs-cpu': 'The automatic choice only when nothing else works.',
};

/** Processor, system and runtime: with any of them the order may change. */
export function machine(): string {
  const runtime = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return [process.platform, release(), process.arch, cpus()[0]?.model ?? '', cpus().length, `onnxruntime ${runtime.version}`].join(', ');
}

/** The choice made earlier for this machine, or null. */
export function rememberedChoice(file = process.env[FILE_VARIABLE]): AutoChoice | null {
  if (!file || !existsSync(file)) return null;
  try {
    const parsed = choiceSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success && parsed.data.machine === machine() ? parsed.data : null;
  } catch (error) {
    // Half a file, or none by now: measured again on the next occasion.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Tries and times these backends (all usable here) and remembers the best; null when none computes right. */
export async function chooseBackend(backends: readonly Backend[], file = process.env[FILE_VARIABLE]): Promise<AutoChoice | null> {
  const notes: AutoChoice['notes'] = {};
  let best: { id: AutoChoice['id']; ms: number } | null = null;
  for (const backend of backends) {
    const standIn = NOT_BY_ITSELF[backend.id];
    if (standIn) {
      notes[backend.id] = standIn;
      continue;
    }
    try {
      await checkStep(backend);
      const ms = await measureStep(backend);
      notes[backend.id] = `Computes the test step right, in ${ms.toFixed(1)} ms.`;
      if (!best || ms < best.ms) best = { id: backend.id, ms };
    } catch (error) {
      notes[backend.id] = `Not chosen: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  if (!best) return null;
  notes[best.id] += ' The fastest here.';
  const choice: AutoChoice = { machine: machine(), id: best.id, notes, gflops: (2 * TIMED_MACS) / (best.ms * 1e6) };
  if (file) await writeFileAtomically(file, [new TextEncoder().encode(`${JSON.stringify(choice, null, 2)}\n`)]);
  return choice;
}
