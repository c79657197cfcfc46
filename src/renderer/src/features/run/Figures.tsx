/** The figures of a run: the latest metrics while it works, its result afterwards. */
import { Badge, CopyButton, Divider, Tooltip, UnstyledButton } from '@mantine/core';
import { useStore } from 'zustand';
import type { Run } from '@shared/entities';
import { useProgress } from '../../client/hooks';
import type { RunFeed } from '../../client/useRunLive';
import { Stat, Stats } from '../../components/Stat';
import { formatBytes, formatCount, formatDuration, formatValue } from '../../format/format';

const number = (result: Run['result'], key: string): number | null => (typeof result?.[key] === 'number' ? (result[key] as number) : null);

export function Figures({ run, feed }: { run: Run; feed: RunFeed }) {
  const progress = useProgress(run.id);
  const latest = useStore(feed, (live) => live.series.get('loss')?.at(-1));
  // The row of the run is only as new as its last change of state; the series are live.
  const elapsed = Math.max(run.elapsedMs, latest?.wall ?? 0);
  const step = Math.max(run.step, latest?.step ?? 0);
  const { result, metrics } = run;
  const config = run.config as { model?: { hiddenSize?: number; depth?: number }; train?: { batchSize?: number } };
  const before = number(result, 'lossBefore');
  const after = number(result, 'lossAfter');
  return (
    <>
      <Divider my="sm" />
      <Stats>
        <Stat label="Model" value={`${config.model?.hiddenSize ?? '–'} × ${config.model?.depth ?? '–'}`} help="Hidden size × depth" />
        <Stat label="Loss" value={formatValue(latest?.value ?? metrics.loss?.last)} help="Of the last step, on the training pictures" />
        {before !== null && after !== null ? (
          <Stat label="Validation loss" value={`${formatValue(before, 3)} to ${formatValue(after, 3)}`} help="Before the first and after the last step, on pictures that are never trained on, at fixed noise" />
        ) : metrics.validationLoss && metrics.validationLoss.count > 1 && <Stat label="Validation loss" value={formatValue(metrics.validationLoss.last)} help="On pictures that are never trained on, at fixed noise" />}
        <Stat label="Throughput" value={formatValue(progress?.imagesPerSecond ?? metrics.imagesPerSecond?.last, 3)} unit="images/s" />
        <Stat label="Per step" value={progress?.perSecond ? formatDuration(1000 / progress.perSecond) : elapsed > 0 && step > 0 ? formatDuration(elapsed / step) : '–'} />
        {number(result, 'peakBytes') !== null && <Stat label="Memory" value={formatBytes(number(result, 'peakBytes')!)} unit={`estimated ${formatBytes(number(result, 'estimatedBytes')!)}`} help="The most that its process was seen with, beside the estimate before it started" />}
        {number(result, 'estimatedMs') !== null && <Stat label="Time" value={formatDuration(run.elapsedMs)} unit={`estimated ${formatDuration(number(result, 'estimatedMs')!)}`} help="Of its work, with samples and saving, beside the estimate for its steps before it started" />}
        {number(result, 'parameters') !== null && <Stat label="Parameters" value={formatCount(number(result, 'parameters'))} />}
        {number(result, 'trainedParameters') !== null && <Stat label="Trained" value={formatCount(number(result, 'trainedParameters'))} />}
        {number(result, 'carried') !== null && <Stat label="Carried over" value={formatCount(number(result, 'carried'))} help="Numbers that came from the source" />}
        {number(result, 'tuned') !== null && number(result, 'tuned') !== 0 && <Stat label="Tuned" value={formatCount(number(result, 'tuned'))} help="Numbers that the adaptation trained, before all weights were free" />}
        {typeof result?.uvHashBefore === 'string' && <Untouched before={result.uvHashBefore} after={String(result.uvHashAfter)} />}
      </Stats>
    </>
  );
}

/** The proof that the shared factors stayed as they were: their SHA-256 before and after. */
function Untouched({ before, after }: { before: string; after: string }) {
  const same = before === after;
  return (
    <Stat
      label="U and V"
      help="SHA-256 over the shared factors before and after"
      value={
        <CopyButton value={`before ${before}\nafter  ${after}`}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? 'Copied' : `before ${before.slice(0, 16)}…, after ${after.slice(0, 16)}…; click copies both`}>
              <UnstyledButton onClick={copy}><Badge color={same ? 'viridian' : 'madder'}>{same ? 'untouched' : 'changed'}</Badge></UnstyledButton>
            </Tooltip>
          )}
        </CopyButton>
      }
    />
  );
}
