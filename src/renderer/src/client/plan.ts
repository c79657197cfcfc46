/** What a form would start: its costs and what stands against it, beside the fields it belongs to. */
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import type { z } from 'zod';
import { type ParamsIn, type Plan, startParams } from '@shared/protocol';
import { useCall } from './hooks';

export interface Problem {
  field: string;
  message: string;
  hint?: string;
}

export interface Planned {
  /** One per run that would be started; of the last complete form while a newer one is on its way. */
  plans: Plan[];
  problems: Problem[];
  /** The plan shown is not yet the one of this form. */
  pending: boolean;
}

const DEBOUNCE_MS = 200;
const NO_PLANS: Plan[] = [];

/** A dotted path below the parameters, as the host names fields. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({ field: issue.path.filter((p) => p !== 'params').join('.'), message: issue.message }));
}

/** The first problem of `field` or of anything below it. */
export function problemAt(problems: readonly Problem[], field: string): Problem | undefined {
  return problems.find((p) => p.field === field || p.field.startsWith(`${field}.`));
}

/** `request` null asks nothing, as while no dataset is chosen. */
export function usePlan(request: ParamsIn<'runs.plan'> | null): Planned {
  const checked = useMemo(() => (request ? startParams.safeParse(request) : null), [request]);
  const [asked] = useDebouncedValue(request, DEBOUNCE_MS);
  const valid = checked?.success ?? false;
  const plan = useCall('runs.plan', asked as ParamsIn<'runs.plan'>, { enabled: valid && asked !== null, keep: true });
  const problems = useMemo<Problem[]>(() => {
    if (checked && !checked.success) return problemsOf(checked.error);
    if (plan.error) return [{ field: plan.error.field ?? '', message: plan.error.message, hint: plan.error.hint }];
    const seen = new Set<string>();
    return (plan.data ?? []).flatMap((p) => p.problems).filter((p) => !seen.has(p.field + p.message) && seen.add(p.field + p.message));
  }, [checked, plan.data, plan.error]);
  return { plans: valid ? (plan.data ?? NO_PLANS) : NO_PLANS, problems, pending: plan.isFetching || asked !== request };
}
