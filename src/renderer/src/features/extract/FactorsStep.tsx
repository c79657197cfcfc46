/** How a dense checkpoint comes to shared factors, and what the learngene will hold. */
import { Radio, Stack, Title } from '@mantine/core';
import type { Checkpoint } from '@shared/entities';
import { type Problem, problemAt } from '../../client/plan';
import { NumberField, TextField } from '../../components/form/fields';
import { RankFields } from '../../components/form/RankFields';
import { Holdings } from '../learngenes/Holdings';
import { learngeneBytes, reuseAt, usualDepths } from '../learngenes/reuse';
import { SizeComparison } from '../learngenes/SizeComparison';
import { distillRefused, type ExtractValues, ranksFor, ways } from './values';

export function FactorsStep({ values: v, set, problems, checkpoint }: { values: ExtractValues; set(change: Partial<ExtractValues>): void; problems: readonly Problem[]; checkpoint: Checkpoint }) {
  const { model } = checkpoint;
  const way = ways(v, checkpoint);
  const ranks = ranksFor(v, checkpoint);
  const refused = distillRefused(checkpoint);
  return (
    <Stack gap="lg">
      {way !== 'direct' && (
        <>
          <Radio.Group label="This checkpoint is dense: how its layers come to share factors" value={way} onChange={(next) => set({ way: next as ExtractValues['way'] })}>
            <Stack gap="xs" mt="xs">
              <Radio value="decompose" label="Decompose only" description="Alternating least squares (CP-ALS), done in seconds to minutes and without pictures. Layers that never learned to share lose accuracy; the learngene’s page shows the error of each." />
              <Radio value="distill" label="Decompose, then distil" disabled={refused !== null} description={refused ?? 'The decomposition is the start of a training in which the factors learn to predict what the dense model predicts. Closer to it, but takes as long as a pretraining.'} />
            </Stack>
          </Radio.Group>
          <div>
            <Title order={3} mb="xs">Factors</Title>
            <RankFields values={v} set={set} problems={problems} hiddenSize={model.hiddenSize} mlpRatio={model.mlpRatio} />
            <div style={{ width: 200, marginTop: 12 }}>
              <NumberField label="Iterations" field="iterations" problems={problems} value={v.iterations} onChange={(iterations) => set({ iterations })} min={1} max={1000} help="40 are usually enough." />
            </div>
          </div>
        </>
      )}
      {!problemAt(problems, 'rank') && (
        <>
          <div>
            <Title order={3} mb="xs">What it will hold</Title>
            <Holdings model={model} ranks={ranks} />
          </div>
          <div>
            <Title order={3} mb="xs">Beside the models that it can initialise</Title>
            <SizeComparison bytes={learngeneBytes(model, ranks)} rows={usualDepths(model.depth).map((depth) => reuseAt(model, ranks, depth))} />
          </div>
        </>
      )}
      {way !== 'distill' && (
        <div style={{ maxWidth: 420 }}>
          <TextField label="Name" field="name" problems={problems} value={v.name} onChange={(name) => set({ name })} placeholder={`Learngene of ${checkpoint.name}`} />
        </div>
      )}
    </Stack>
  );
}
