/** The form of the playground and its way to the request and the command. */
import type { SamplerId } from '@shared/config';
import type { Sample } from '@shared/entities';
import type { ParamsIn } from '@shared/protocol';
import type { Problem } from '../../client/plan';
import { commandLine } from '../../components/wizard/commandLine';

export interface SamplingValues {
  /** As texts, because a form of many choices gives texts; none is every class in turn. */
  classes: string[];
  count?: number;
  guidanceScale?: number;
  sampler: SamplerId;
  steps: string;
  seed?: number;
  eta?: number;
  clipDenoised: boolean;
  useEma: boolean;
}

export const SAMPLER_LABELS: Record<SamplerId, string> = { ddim: 'DDIM', ddpm: 'DDPM (ancestral)', 'dpm++2m': 'DPM++ 2M', 'dpm++2m-bounded': 'DPM++ 2M, bounded', unipc: 'UniPC', 'unipc-bounded': 'UniPC, bounded' };

export const INITIAL_SAMPLING: SamplingValues = { classes: [], count: 16, guidanceScale: 1.5, sampler: 'ddim', steps: '50', seed: 0, eta: 0, clipDenoised: true, useEma: true };

export function toSampleRequest(v: SamplingValues, checkpointId: string): ParamsIn<'samples.create'> {
  return {
    checkpointId, classes: v.classes.length > 0 ? v.classes.map(Number) : undefined, count: v.count, guidanceScale: v.guidanceScale, sampler: v.sampler, steps: v.steps.trim(), seed: v.seed,
    eta: v.sampler === 'ddim' ? v.eta : undefined, clipDenoised: v.clipDenoised, useEma: v.useEma,
  };
}

export function toSampleCommand(v: SamplingValues, checkpointId: string): string {
  return commandLine('sample', {
    checkpoint: checkpointId, class: v.classes.length > 0 ? v.classes.join(',') : null, count: v.count, seed: v.seed, cfg: v.guidanceScale, sampler: v.sampler, steps: v.steps.trim(),
    eta: v.sampler === 'ddim' && v.eta ? v.eta : null, 'no-clip': !v.clipDenoised, 'no-ema': !v.useEma,
  });
}

/** What can be told without asking the host. */
export function samplingProblems(v: SamplingValues): Problem[] {
  const out: Problem[] = [];
  if (!/^(ddim)?[1-9]\d*$/.test(v.steps.trim())) out.push({ field: 'steps', message: 'Give a number such as 50, or ddim25.' });
  if (v.count !== undefined && (v.count < 1 || v.count > 256)) out.push({ field: 'count', message: 'Choose 1 to 256 pictures.' });
  if (v.guidanceScale !== undefined && (v.guidanceScale < 0 || v.guidanceScale > 100)) out.push({ field: 'guidanceScale', message: 'Choose a scale from 0 to 100; 1 is no guidance.' });
  if (v.eta !== undefined && (v.eta < 0 || v.eta > 1)) out.push({ field: 'eta', message: 'Choose 0 to 1.' });
  return out;
}

/** The form that would draw this grid again. */
export function fromSample(sample: Sample): Partial<SamplingValues> {
  const { config } = sample;
  const classes = (config.classes as number[] | undefined) ?? [];
  const distinct = [...new Set(classes)];
  return {
    classes: distinct.length === 1 ? [String(distinct[0])] : classes.some((c, i) => c !== i % distinct.length) ? classes.map(String) : [],
    count: classes.length || undefined,
    guidanceScale: config.guidanceScale as number, sampler: config.sampler as SamplerId, steps: String(config.steps), seed: config.seed as number,
    eta: (config.eta as number | undefined) ?? 0, clipDenoised: (config.clipDenoised as boolean | undefined) ?? true, useEma: (config.useEma as boolean | undefined) ?? true,
  };
}
