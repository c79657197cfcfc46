/** Wizard: a checkpoint for use elsewhere. Combinations that cannot be are not offered, and say why. */
import { Paper, Radio, Stack, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { checkpointBytes } from '@shared/sizes';
import { useScreenSearch } from '../../app/router';
import { useCall, useTask } from '../../client/hooks';
import type { Problem } from '../../client/plan';
import { CheckpointChoice } from '../../components/CheckpointChoice';
import { SwitchField, TextField } from '../../components/form/fields';
import { Page } from '../../components/Page';
import { SummaryRow } from '../../components/PlanSummary';
import { TaskProgress } from '../../components/TaskProgress';
import { commandLine } from '../../components/wizard/commandLine';
import { ReviewTable } from '../../components/wizard/ReviewTable';
import { useDraft } from '../../components/wizard/useDraft';
import { useWish } from '../../components/wizard/useWish';
import { Wizard, type WizardStep } from '../../components/wizard/Wizard';
import { formatBytes } from '../../format/format';
import { modelShape } from '../../format/model';

interface Values {
  checkpointId: string | null;
  format: 'onnx' | 'safetensors';
  precision: 'float32' | 'float16';
  useEma: boolean;
  dir: string;
}

const INITIAL: Values = { checkpointId: null, format: 'onnx', precision: 'float32', useEma: true, dir: '' };

export default function ExportPage() {
  const draft = useDraft('export', INITIAL);
  const { values: v, set } = draft;
  const search = useScreenSearch();
  const navigate = useNavigate();
  const exporting = useTask('exports.create');
  const wish = typeof search.checkpoint === 'string' ? search.checkpoint : null;
  useWish(wish, () => draft.reset({ ...INITIAL, checkpointId: wish }, 1));

  const checkpoint = useCall('checkpoints.list', {}).data?.find((c) => c.id === v.checkpointId);
  const precision = v.format === 'safetensors' ? 'float32' : v.precision;
  const useEma = v.useEma && (checkpoint?.hasEma ?? true);
  const params = checkpoint && { checkpointId: checkpoint.id, format: v.format, precision, useEma, dir: v.dir.trim() || undefined };
  const { error } = exporting;
  const problems: Problem[] = error?.field ? [{ field: error.field, message: error.message, hint: error.hint }] : [];
  const change = (next: Partial<Values>) => {
    if (error) exporting.reset();
    set(next);
  };
  const smaller = checkpoint && checkpoint.ranks && v.format === 'onnx' ? Math.min(checkpointBytes(checkpoint.model, checkpoint.ranks), checkpointBytes(checkpoint.model, null)) : checkpoint && checkpointBytes(checkpoint.model, checkpoint.ranks);
  const bytes = smaller === undefined ? null : smaller / (precision === 'float16' ? 2 : 1);

  const steps: WizardStep[] = [
    { title: 'Checkpoint', fields: ['checkpointId'], missing: checkpoint ? undefined : 'Choose a checkpoint.', content: <CheckpointChoice value={v.checkpointId} onChange={(checkpointId) => change({ checkpointId })} problems={problems} /> },
    {
      title: 'Format', fields: ['format', 'precision', 'useEma', 'dir', 'form'],
      content: (
        <Stack gap="lg">
          <Radio.Group label="Format" value={v.format} onChange={(format) => change({ format: format as Values['format'] })}>
            <Stack gap="xs" mt="xs">
              <Radio value="onnx" label="ONNX bundle" description="Runs as it is: model, noise schedule, class names, model card, and sampling scripts in Python and JavaScript. Its numbers are compared with the engine’s on the spot." />
              <Radio value="safetensors" label="safetensors" description="Weights with the names of the official DiT, to train on elsewhere." />
            </Stack>
          </Radio.Group>
          <Radio.Group label="Precision" value={precision} onChange={(p) => change({ precision: p as Values['precision'] })} error={problems.find((p) => p.field === 'precision')?.message}>
            <Stack gap="xs" mt="xs">
              <Radio value="float32" label="float32" description="The numbers as they were trained." />
              <Radio value="float16" label="float16 weights" disabled={v.format === 'safetensors'} description={v.format === 'safetensors' ? 'A safetensors export holds float32 weights; choose ONNX for halved ones.' : 'Half the size; the comparison allows for the rounding.'} />
            </Stack>
          </Radio.Group>
          <SwitchField label="Averaged weights (EMA)" field="useEma" problems={problems} checked={useEma} onChange={(on) => change({ useEma: on })} help={checkpoint && !checkpoint.hasEma ? 'This checkpoint has none: its present weights are exported.' : 'Smoother than the last step’s; usually better pictures.'} />
          <div style={{ maxWidth: 460 }}><TextField label="Folder" field="dir" problems={problems} value={v.dir} onChange={(dir) => change({ dir })} placeholder="In the data folder" help="Full path of a folder on this machine; empty keeps it in the data folder." /></div>
        </Stack>
      ),
    },
    {
      title: 'Review', fields: [],
      content: checkpoint && (
        <ReviewTable
          rows={[
            { label: 'Checkpoint', value: `${checkpoint.name} (${modelShape(checkpoint.model)}, ${checkpoint.form})` },
            { label: 'Format', value: v.format === 'onnx' ? 'ONNX bundle with sampling scripts' : 'safetensors with official names' },
            { label: 'Precision', value: precision },
            { label: 'Weights', value: useEma ? 'averaged (EMA)' : 'of the last step' },
            { label: 'Folder', value: v.dir.trim() || 'in the data folder' },
            { label: 'Size', value: `about ${formatBytes(bytes)}` },
          ]}
        />
      ),
    },
  ];
  return (
    <Page title="Export a checkpoint" lead="Files that run without this application, checked before you get them.">
      <Wizard
        steps={steps}
        step={draft.step}
        onStep={draft.setStep}
        problems={problems}
        submitLabel="Export"
        submitting={exporting.isPending}
        error={error && !error.field ? error : null}
        json={params ?? null}
        command={commandLine('export', { checkpoint: checkpoint?.id ?? 'CHECKPOINT', format: v.format, precision, 'no-ema': !useEma, out: v.dir.trim() || null })}
        onReset={() => { exporting.reset(); draft.reset(); }}
        onSubmit={() =>
          params && exporting.mutate(params, {
            onSuccess: ({ id }) => {
              draft.reset();
              void navigate({ to: `/exports/${id}` });
            },
          })
        }
        summary={
          <Paper p="md">
            <Stack gap="xs">
              <Title order={2}>Summary</Title>
              <SummaryRow label="Checkpoint" value={checkpoint?.name ?? '–'} />
              <SummaryRow label="Format" value={v.format === 'onnx' ? 'ONNX' : 'safetensors'} />
              <SummaryRow label="Precision" value={precision} />
              <SummaryRow label="Size" value={bytes === null ? '–' : `about ${formatBytes(bytes)}`} />
              <TaskProgress task={exporting.task} pending={exporting.isPending} waiting="Exporting" />
            </Stack>
          </Paper>
        }
      />
    </Page>
  );
}
