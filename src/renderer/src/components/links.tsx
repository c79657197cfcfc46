/** Mantine's buttons and anchors as links of the router: they open in place, by Enter and by middle click alike. */
import { ActionIcon, type ActionIconProps, Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface Target {
  to: string;
  search?: Record<string, unknown>;
  children?: ReactNode;
}

export function LinkButton({ to, search, ...rest }: Target & ButtonProps) {
  return <Button renderRoot={(props) => <Link to={to} search={search as never} {...props} />} {...rest} />;
}

export function TextLink({ to, search, ...rest }: Target & AnchorProps) {
  return <Anchor size="sm" renderRoot={(props) => <Link to={to} search={search as never} {...props} />} {...rest} />;
}

export function LinkIcon({ to, search, label, ...rest }: Target & ActionIconProps & { label: string }) {
  return <ActionIcon aria-label={label} renderRoot={(props) => <Link to={to} search={search as never} {...props} />} {...rest} />;
}
