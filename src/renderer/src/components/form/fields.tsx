/** Fields of a form: what is wrong stands under the field, with the way out, in place of its one sentence of help. */
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

/** What stands under a field: its help, or in its place what is wrong with it. */
function below({ field, problems, help }: FieldProps): { error?: ReactNode; description?: ReactNode } {
  const problem = problemAt(problems, field);
  if (!problem) return { description: help };
  return {
    error: (
      <>
        {problem.message}
        {problem.hint && <Text span size="xs" c="var(--mantine-color-text)"> {problem.hint}</Text>}
      </>
    ),
  };
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
export function NumberField({ value, onChange, min, max, step, unit, placeholder, decimals = 0, ...rest }: NumberFieldProps) {
  return (
    <NumberInput
      label={rest.label}
      name={rest.field}
      {...below(rest)}
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

export function ChoiceField<T extends string>({ value, onChange, options, placeholder, ...rest }: ChoiceFieldProps<T>) {
  return (
    <Select label={rest.label} name={rest.field} {...below(rest)} value={value} onChange={(v) => v && onChange(v as T)} data={[...options]} placeholder={placeholder} searchable={options.length > 12} />
  );
}

export function TextField({ value, onChange, placeholder, ...rest }: FieldProps & { value: string; onChange(value: string): void; placeholder?: string }) {
  return <TextInput label={rest.label} name={rest.field} {...below(rest)} value={value} onChange={(e) => onChange(e.currentTarget.value)} placeholder={placeholder} />;
}

/** `isBesideFields`: it stands in a row with fields whose labels are above them, and so at the height of what one enters there. */
export function SwitchField({ checked, onChange, isBesideFields = false, ...rest }: FieldProps & { checked: boolean; onChange(checked: boolean): void; isBesideFields?: boolean }) {
  return <Switch label={rest.label} name={rest.field} {...below(rest)} checked={checked} onChange={(e) => onChange(e.currentTarget.checked)} pt={isBesideFields ? '1.9375rem' : undefined} />;
}
