import { Button, CopyButton } from '@mantine/core';

/** A small button that copies a text and says so. */
export function CopyText({ label, text }: { label: string; text: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => <Button size="compact-sm" variant="default" onClick={copy}>{copied ? 'Copied' : label}</Button>}
    </CopyButton>
  );
}
