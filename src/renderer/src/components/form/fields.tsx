/** Fields of a form: what is wrong stands beside the field, with the way out; help is one sentence under the label. */
import { NumberInput, Select, Switch, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Problem, problemAt } from '../../client/plan';

interface FieldProps {
  label: string;
  /** Path of the parameter, as problems name it. */
  field: string;
  problems: readonly Problem[];
  help?: ReactNode;
}

/** Text under a field in place of its help while something is wrong. */
function refusal(problems: readonly Problem[], field: string): ReactNode {
  const problem = problemAt(problems, field);
  if (!problem) return undefined;
  return (
    <>
      {problem.message}
      {problem.hint && <Text span size="xs" c="var(--mantine-color-text)"> {problem.hint}</Text>}
    </>
  );
}

interface NumberFieldProps extends FieldProps {
  value: number | undefined;
  onChange(value: number | undefined): void;
  min?: number;
  max?: number;
  step?: number;
  unit?: string;
  placeholder?: string;
  decimals?: number;
}

/** An empty field gives undefined: the default, shown as its placeholder. */
export function NumberField({ label, field, problems, help, value, onChange, min, max, step, unit, placeholder, decimals = 0 }: NumberFieldProps) {
  return (
    <NumberInput
      label={label}
      name={field}
      description={help}
      error={refusal(problems, field)}
      value={value ?? ''}
      onChange={(v) => onChange(v === '' ? undefined : Number(v))}
      min={min}
      max={max}
      step={step}
      decimalScale={decimals}
      allowDecimal={decimals > 0}
      clampBehavior="none"
      placeholder={placeholder}
      rightSection={unit ? <Text size="xs" c="dimmed" pr={6}>{unit}</Text> : undefined}
      rightSectionWidth={unit ? 64 : undefined}
    />
  );
}

interface ChoiceFieldProps<T extends string> extends FieldProps {
  value: T | null;
  onChange(value: T): void;
  options: readonly { value: T; label: string }[];
  placeholder?: string;
}

export function ChoiceField<T extends string>({ label, field, problems, help, value, onChange, options, placeholder }: ChoiceFieldProps<T>) {
  return (
    <Select label={label} name={field} description={help} error={refusal(problems, field)} value={value} onChange={(v) => v && onChange(v as T)} data={[...options]} placeholder={placeholder} searchable={options.length > 12} />
  );
}

export function TextField({ label, field, problems, help, value, onChange, placeholder }: FieldProps & { value: string; onChange(value: string): void; placeholder?: string }) {
  return <TextInput label={label} name={field} description={help} error={refusal(problems, field)} value={value} onChange={(e) => onChange(e.currentTarget.value)} placeholder={placeholder} />;
}

export function SwitchField({ label, field, problems, help, checked, onChange }: FieldProps & { checked: boolean; onChange(checked: boolean): void }) {
  return <Switch label={label} name={field} description={help} error={refusal(problems, field)} checked={checked} onChange={(e) => onChange(e.currentTarget.checked)} />;
}
