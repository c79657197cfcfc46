/** The average of the weights, and how much each timestep counts: the same three fields wherever something is trained. */
import type { LossWeighting } from '@shared/config';
import type { Problem } from '../../client/plan';
import { ChoiceField, NumberField, SwitchField } from './fields';

interface WeightingValues {
  emaDecay?: number;
  emaWarmup: boolean;
  lossWeighting: LossWeighting;
}

const WEIGHTINGS: readonly { value: LossWeighting; label: string }[] = [
  { value: 'uniform', label: 'Count alike (DiT)' },
  { value: 'min-snr', label: 'Min-SNR' },
  { value: 'unit-variance', label: 'Unit variance' },
];

export function WeightingFields({ values: v, set, problems, usualDecay }: { values: WeightingValues; set(change: Partial<WeightingValues>): void; problems: readonly Problem[]; usualDecay: number }) {
  return (
    <>
      <ChoiceField label="Timesteps in the loss" field="train.lossWeighting" problems={problems} value={v.lossWeighting} onChange={(lossWeighting) => set({ lossWeighting })} options={WEIGHTINGS} help="Min-SNR in pretraining brings samples closer to the data, at a higher loss." />
      <NumberField label="EMA decay" field="train.emaDecay" problems={problems} value={v.emaDecay} onChange={(emaDecay) => set({ emaDecay })} min={0} max={0.999999} decimals={6} step={0.001} placeholder={String(usualDecay)} help="Of the averaged weights that are sampled." />
      <SwitchField label="Let the average warm up" field="train.emaWarmup" problems={problems} checked={v.emaWarmup} onChange={(emaWarmup) => set({ emaWarmup })} help="It follows closely at first. Off: one decay from the start, as in the official DiT." isBesideFields />
    </>
  );
}
