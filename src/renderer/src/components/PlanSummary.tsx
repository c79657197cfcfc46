/** What a form would cost on this machine, live beside it. Nothing moves while the figures change. */
import { Alert, Divider, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Plan } from '@shared/protocol';
import type { Planned } from '../client/plan';
import { formatBytes, formatCount, formatDuration, formatRoughly, plural } from '../format/format';

function Row({ label, value, note }: { label: string; value: ReactNode; note?: string }) {
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
      <Text size="sm" c="dimmed">{label}</Text>
      <Text size="sm" fw={550} ta="right">
        {value}
        {note && <Text span size="xs" c="dimmed" fw={400}> {note}</Text>}
      </Text>
    </Group>
  );
}

/** A share of what the machine has. */
function Budget({ label, need, have }: { label: string; need: number; have: number }) {
  const share = have > 0 ? (need / have) * 100 : 0;
  return (
    <div>
      <Row label={label} value={formatBytes(need)} note={`of ${formatBytes(have)}`} />
      <Progress size={5} mt={4} value={Math.min(100, share)} color={share > 100 ? 'madder' : share > 80 ? 'ochre' : 'viridian'} aria-label={`${label}: ${Math.round(share)} % of what is available`} />
    </div>
  );
}

const UNKNOWN = 'not known yet';

const sum = (plans: readonly Plan[], of: (plan: Plan) => number) => plans.reduce((total, plan) => total + of(plan), 0);

export function PlanSummary({ planned, children, waitingFor = 'The estimate appears when the form is complete.' }: { planned: Planned; children?: ReactNode; waitingFor?: string }) {
  const { plans } = planned;
  // A shape that cannot exist has no size.
  const first = plans[0]?.parameters ? plans[0] : undefined;
  const total = plans.every((p) => p.totalMs !== null) ? sum(plans, (p) => p.totalMs ?? 0) : null;
  const rough = plans.some((p) => p.rough);
  return (
    <Paper p="md" aria-busy={planned.pending}>
      <Stack gap="xs">
        <Title order={2}>Summary</Title>
        {children}
        {children && <Divider />}
        {first ? (
          <>
            {plans.length > 1 && <Row label="Runs" value={plans.length.toLocaleString('en')} />}
            {plans.length === 1 && (
              <>
                <Row label="Parameters" value={formatCount(first.parameters)} />
                <Row label="Of these trained" value={formatCount(first.trainedParameters)} />
                <Row label="Forward pass" value={formatCount(first.macs)} note="MACs per image" />
              </>
            )}
            <Budget label="Training memory" need={Math.max(...plans.map((p) => p.trainingBytes))} have={first.availableBytes} />
            <Budget label="Disk" need={sum(plans, (p) => p.diskBytes)} have={first.freeDiskBytes} />
            <Row label="Sampling memory" value={formatBytes(Math.max(...plans.map((p) => p.inferenceBytes)))} />
            <Divider />
            {plans.length === 1 && <Row label="Per step" value={first.msPerStep === null ? UNKNOWN : formatDuration(first.msPerStep)} />}
            <Row label="Whole time" value={total === null ? UNKNOWN : rough ? `roughly ${formatRoughly(total)}` : `about ${formatDuration(total)}`} />
            {(rough || total === null) && <Text size="xs" c="dimmed">{total === null ? 'Known after the first run on this machine.' : 'From a quick test of this machine. After the first run it is known better.'}</Text>}
          </>
        ) : (
          <Text size="sm" c="dimmed">{planned.problems.length > 0 ? 'Something in the form is refused: see the marked fields.' : waitingFor}</Text>
        )}
        {planned.problems.length > 0 && first && (
          <Alert color="madder" p="xs" role="status">{plural(planned.problems.length, 'problem')}: {planned.problems[0].message}</Alert>
        )}
      </Stack>
    </Paper>
  );
}

export { Row as SummaryRow };
