import { Box, Group, Text, Tooltip } from '@mantine/core';
import { memo, type ReactNode } from 'react';

/** One figure with its name; tabular, so that it does not dance while it changes. */
export const Stat = memo(function Stat({ label, value, unit, help }: { label: string; value: ReactNode; unit?: string; help?: string }) {
  const name = (
    <Text size="xs" c="dimmed" style={help ? { textDecoration: 'underline dotted', textUnderlineOffset: 3 } : undefined} tabIndex={help ? 0 : undefined}>
      {label}
    </Text>
  );
  return (
    <Box miw="5.25rem">
      {help ? <Tooltip label={help}>{name}</Tooltip> : name}
      <Text size="lg" fw={580} lh={1.3}>
        {value}
        {unit && (
          <Text span size="sm" c="dimmed" fw={400} ml={4}>
            {unit}
          </Text>
        )}
      </Text>
    </Box>
  );
});

/** Figures side by side on one sheet. */
export function Stats({ children }: { children: ReactNode }) {
  return <Group align="flex-start" style={{ gap: '0.75rem 1.5rem' }}>{children}</Group>;
}
