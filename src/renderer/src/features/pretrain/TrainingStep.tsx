import { NumberField, TextField } from '../../components/form/fields';
import { TrainingFields } from '../../components/form/TrainingFields';
import type { StepProps } from './ModelStep';

export function TrainingStep({ values: v, set, problems, dataset }: StepProps) {
  return (
    <TrainingFields values={v} set={set} problems={problems} dataset={dataset}>
      <NumberField label="Pictures per grid" field="sampleCount" problems={problems} value={v.sampleCount} onChange={(sampleCount) => set({ sampleCount })} min={1} max={256} />
      <TextField label="Sampling steps" field="sampleSteps" problems={problems} value={v.sampleSteps} onChange={(sampleSteps) => set({ sampleSteps })} help="Of DDIM, per picture. A plain 25 spreads them evenly." />
    </TrainingFields>
  );
}
