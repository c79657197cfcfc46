/** The four numbers of a size, each by slider and by number. */
import { Group, NumberInput, Slider, Stack, Text } from '@mantine/core';
import { divisors } from '@shared/config';
import type { Setting, Shape } from './shape';

interface ShapeControlsProps {
  shape: Shape;
  setting: Setting;
  problems: readonly { field: string; message: string }[];
  onChange(shape: Shape): void;
}

const nearest = (values: readonly number[], wanted: number) => values.reduce((best, v) => (Math.abs(v - wanted) < Math.abs(best - wanted) ? v : best));

export function ShapeControls({ shape, setting, problems, onChange }: ShapeControlsProps) {
  const heads = divisors(Math.max(1, shape.hiddenSize)).filter((h) => h <= 64);
  const patches = divisors(setting.inputSize).filter((p) => p < setting.inputSize && p <= 16);
  const at = (field: string) => problems.find((p) => p.field === field)?.message;
  // A width that the heads do not divide takes the nearest number of heads that do.
  const widen = (hiddenSize: number) => onChange({ ...shape, hiddenSize, heads: nearest(divisors(hiddenSize), shape.heads) });
  return (
    <Stack gap="md">
      <Control label="Depth" unit="blocks" value={shape.depth} min={1} max={48} most={1000} onChange={(depth) => onChange({ ...shape, depth })} error={at('depth')} />
      <Control label="Hidden size" unit="channels" value={shape.hiddenSize} min={32} max={1536} step={32} most={16_384} onChange={widen} error={at('hiddenSize')} />
      <Control label="Heads" unit={Number.isInteger(shape.hiddenSize / shape.heads) ? `of ${shape.hiddenSize / shape.heads} channels` : ''} value={shape.heads} values={heads} most={shape.hiddenSize} onChange={(n) => onChange({ ...shape, heads: n })} error={at('heads')} />
      <Control label="Patch size" unit={setting.inputSize % shape.patchSize === 0 ? `${(setting.inputSize / shape.patchSize) ** 2} tokens` : ''} value={shape.patchSize} values={patches} most={setting.inputSize} onChange={(patchSize) => onChange({ ...shape, patchSize })} error={at('patchSize')} />
    </Stack>
  );
}

interface ControlProps {
  label: string;
  unit: string;
  value: number;
  onChange(value: number): void;
  /** The slider's range, or the values that it steps through. */
  min?: number;
  max?: number;
  step?: number;
  values?: readonly number[];
  /** Largest number that can be typed. */
  most: number;
  error?: string;
}

function Control({ label, unit, value, onChange, min = 1, max = 1, step = 1, values, most, error }: ControlProps) {
  const slider = values
    ? { min: 0, max: values.length - 1, step: 1, value: Math.max(0, values.indexOf(nearest(values, value))), scale: (i: number) => values[i] ?? values[0], onChange: (i: number) => onChange(values[i]) }
    : { min, max, step, value: Math.min(max, Math.max(min, value)), onChange };
  return (
    <div>
      <Group gap="md" wrap="nowrap">
        <div style={{ width: '8.5rem', flex: 'none' }}>
          <Text size="sm" fw={550}>{label}</Text>
          <Text size="xs" c="dimmed">{unit}</Text>
        </div>
        <Slider flex={1} size="sm" thumbLabel={label} {...slider} />
        <NumberInput w={92} size="sm" aria-label={`${label}, exactly`} min={1} max={most} step={step} allowDecimal={false} clampBehavior="strict" value={value} error={error !== undefined} onChange={(n) => typeof n === 'number' && n >= 1 && onChange(n)} />
      </Group>
      {error && <Text size="xs" c="var(--mantine-color-error)" role="alert" mt={2}>{error}</Text>}
    </div>
  );
}
