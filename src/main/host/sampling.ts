/** Checks and defaults of a request for samples. */
import { AppError } from '../../shared/errors';
import type { Problem } from './run-specs';

const DEFAULT_COUNT = 16;

/**
 * One class per image. A single class is repeated `count` times; several are cycled through up to `count` when it is given;
 * none means every class in turn. Without a count there is one image per given class, or `otherwise` many.
 */
export function classesFor(numClasses: number, given: readonly number[] | undefined, count: number | undefined, otherwise = DEFAULT_COUNT): number[] {
  const base = given?.length ? given : Array.from({ length: numClasses }, (_, i) => i);
  const bad = base.find((c) => c > numClasses);
  if (bad !== undefined) throw new AppError('invalid-input', `There is no class ${bad}: this model knows 0 to ${numClasses - 1}, and ${numClasses} for no class.`, { hint: 'Choose classes in that range.', field: 'classes' });
  const total = count ?? (given?.length ? given.length : otherwise);
  return Array.from({ length: total }, (_, i) => base[i % base.length]!);
}

/** What is wrong with a number of sampling steps, or null. Official respacing: `ddimN` needs a whole stride that gives exactly N steps. */
export function stepsProblem(steps: string, timesteps: number): Problem | null {
  const problem = (message: string, hint: string): Problem => ({ field: 'steps', message, hint });
  const match = /^(ddim)?([1-9]\d*)$/.exec(steps);
  if (!match) return problem(`“${steps}” is not a number of steps.`, 'Give a number such as 50, or ddim25.');
  const n = Number(match[2]);
  if (n > timesteps) return problem(`${n} sampling steps are more than the ${timesteps} timesteps of the diffusion.`, `Choose at most ${timesteps}.`);
  if (!match[1] || reachable(n, timesteps)) return null;
  const near = Array.from({ length: timesteps }, (_, i) => i + 1).filter((k) => reachable(k, timesteps)).sort((a, b) => Math.abs(a - n) - Math.abs(b - n)).slice(0, 2);
  return problem(`ddim${n} cannot be reached: no whole stride through ${timesteps} timesteps gives exactly ${n}.`, `Choose ${near.map((k) => `ddim${k}`).join(' or ')}, or plain ${n}.`);
}

function reachable(n: number, timesteps: number): boolean {
  for (let stride = 1; stride < timesteps; stride++) if (Math.ceil(timesteps / stride) === n) return true;
  return false;
}
