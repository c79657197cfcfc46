import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Run } from '@shared/entities';
import type { Speed } from '@shared/speed';
import { useProgress } from '../../client/hooks';
import { formatRoughly, formatTime } from '../../format/format';
import { msOfWork, totalMs } from './estimate';

const TICK_MS = 5000;

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** When all of it will be done. */
export function Forecast({ running, waiting, measured, testStep }: { running: readonly Run[]; waiting: readonly Run[]; measured: readonly Speed[]; testStep: number | null }) {
  const live = useProgress(running[0]?.id);
  const now = useNow();
  const parts = [...running.map((run) => live?.etaMs ?? msOfWork(run, measured, testStep)), ...waiting.map((run) => msOfWork(run, measured, testStep))];
  const { ms, unknown } = totalMs(parts);
  if (parts.length === 0) return null;
  if (unknown === parts.length) return <Text size="sm" c="dimmed">How long it takes is known after the first steps</Text>;
  return (
    <Text size="sm">
      All done in about <b>{formatRoughly(ms)}</b>, at {formatTime(now + ms)}
      {unknown > 0 && <Text span c="dimmed"> and {unknown} whose time is not known yet</Text>}
    </Text>
  );
}
