/** The frame of a wizard: steps that one can go to in any order, a summary beside the form, start at the end. */
import { Alert, Box, Button, CopyButton, Group, Menu, Paper, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconArrowRight, IconClipboard } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { AppError } from '@shared/errors';
import type { Problem } from '../../client/plan';
import { ErrorPanel } from '../ErrorPanel';
import { StepHeading } from './StepHeading';
import { StepList } from './StepList';
import classes from './Wizard.module.css';

export interface WizardStep {
  title: string;
  content: ReactNode;
  /** Paths of its fields, or beginnings of them: their problems mark this step. */
  fields: readonly string[];
  /** Why one cannot go on, where the host does not say it, as "Choose a dataset." */
  missing?: string;
}

interface WizardProps {
  steps: readonly WizardStep[];
  step: number;
  onStep(step: number): void;
  problems: readonly Problem[];
  summary: ReactNode;
  submitLabel: string;
  onSubmit(): void;
  submitting: boolean;
  error: AppError | null;
  onReset(): void;
  /** The same request as JSON and as a command. */
  json: unknown;
  command: string;
}

const belongs = (problem: Problem, fields: readonly string[]) => fields.some((f) => problem.field === f || problem.field.startsWith(`${f}.`));

export function Wizard({ steps, step, onStep, problems, summary, submitLabel, onSubmit, submitting, error, onReset, json, command }: WizardProps) {
  const at = Math.min(step, steps.length - 1);
  const current = steps[at];
  const isLast = at === steps.length - 1;
  const bad = steps.map((s) => s.missing !== undefined || problems.some((p) => belongs(p, s.fields)));
  const homeless = problems.filter((p) => !steps.some((s) => belongs(p, s.fields)));
  const blocked = isLast ? bad.some(Boolean) || homeless.length > 0 : bad[at];
  const [moved, setMoved] = useState(false);
  const go = (to: number) => {
    setMoved(true);
    onStep(to);
  };

  return (
    <div className={classes.layout}>
      <Stack gap="md" miw={0}>
        <StepList titles={steps.map((s) => s.title)} bad={bad} current={at} onStep={go} />
        <Paper component="form" p="lg" noValidate onSubmit={(event) => {
          event.preventDefault();
          if (!isLast && !blocked) go(at + 1);
          else if (isLast && !blocked && !submitting) onSubmit();
        }}>
          <StepHeading key={at} title={current.title} focus={moved} />
          {current.content}
          {homeless.map((p) => (
            <Alert key={p.message} mt="md" color="madder" icon={<IconAlertTriangle size={18} />} title={p.message}>{p.hint}</Alert>
          ))}
          {isLast && bad.slice(0, -1).some(Boolean) && (
            <Text size="sm" c="var(--mantine-color-error)" mt="md">
              Something is missing or refused in {steps.filter((_, i) => bad[i] && i !== at).map((s) => `“${s.title}”`).join(', ')}.
            </Text>
          )}
          {error && <Box mt="md"><ErrorPanel error={error} /></Box>}
          <Group justify="space-between" className={classes.ways}>
            <Group gap="xs">
              <Button variant="default" leftSection={<IconArrowLeft size={16} />} disabled={at === 0} onClick={() => go(at - 1)}>Back</Button>
              <Button variant="subtle" color="gray" onClick={onReset}>Start over</Button>
            </Group>
            <Group gap="xs">
              {blocked && current.missing && <Text size="sm" c="dimmed">{current.missing}</Text>}
              <CopyMenu json={json} command={command} />
              {isLast ? (
                <Button type="submit" loading={submitting} disabled={blocked}>{submitLabel}</Button>
              ) : (
                <Button type="submit" rightSection={<IconArrowRight size={16} />} disabled={blocked}>Next: {steps[at + 1].title}</Button>
              )}
            </Group>
          </Group>
        </Paper>
      </Stack>
      <Box component="aside" aria-label="Summary" className={classes.summary}>{summary}</Box>
    </div>
  );
}

function CopyMenu({ json, command }: { json: unknown; command: string }) {
  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<IconClipboard size={16} />}>Copy as…</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <CopyButton value={command}>{({ copied, copy }) => <Menu.Item onClick={copy}>{copied ? 'Copied' : 'Copy as command line'}</Menu.Item>}</CopyButton>
        <CopyButton value={JSON.stringify(json, null, 2)}>{({ copied, copy }) => <Menu.Item onClick={copy}>{copied ? 'Copied' : 'Copy as JSON'}</Menu.Item>}</CopyButton>
      </Menu.Dropdown>
    </Menu>
  );
}
