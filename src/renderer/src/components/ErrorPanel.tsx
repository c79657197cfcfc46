/** What happened, why, what to do; everything for a report behind "copy details". */
import { Button, CopyButton, Group, Paper, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type ErrorInfo, describeError } from '@shared/errors';

interface ErrorPanelProps {
  /** An `AppError` or its plain form. */
  error: Pick<ErrorInfo, 'code' | 'message' | 'hint' | 'details'> & { cause?: unknown; why?: string };
  title?: string;
  onRetry?: () => void;
  onDismiss?: () => void;
}

export function ErrorPanel({ error, title, onRetry, onDismiss }: ErrorPanelProps) {
  const cause = error.why ?? (typeof error.cause === 'string' ? error.cause : undefined);
  const report = () => [describeError({ code: error.code, message: error.message, cause, hint: error.hint }), `Code: ${error.code}`, error.details === undefined ? '' : JSON.stringify(error.details, null, 2)].filter(Boolean).join('\n');
  return (
    <Paper role="alert" p="md" style={{ background: 'var(--bad-soft)', borderColor: 'var(--bad)' }}>
      <Group align="flex-start" wrap="nowrap" gap="sm">
        <IconAlertTriangle size={20} style={{ color: 'var(--bad)', flex: 'none' }} aria-hidden />
        <Stack gap={6} miw={0}>
          {title && <Text fw={620}>{title}</Text>}
          <Text size="sm" fw={title ? 400 : 550}>{error.message}</Text>
          {cause && <Text size="sm">Likely cause: {cause}</Text>}
          {error.hint && <Text size="sm">What to do: {error.hint}</Text>}
          <Group gap="xs" mt={4}>
            {onRetry && <Button size="compact-sm" variant="default" onClick={onRetry}>Try again</Button>}
            <CopyButton value={report()}>
              {({ copied, copy }) => <Button size="compact-sm" variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy details'}</Button>}
            </CopyButton>
            {onDismiss && <Button size="compact-sm" variant="subtle" onClick={onDismiss}>Dismiss</Button>}
          </Group>
        </Stack>
      </Group>
    </Paper>
  );
}
