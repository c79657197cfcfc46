/** Mantine's buttons and anchors as links of the router: they open in place, by Enter and by middle click alike. */
import { ActionIcon, type ActionIconProps, Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { Link, useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import classes from './links.module.css';

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

/** As `TextLink`, for tables of thousands of rows: it looks the same and costs little to draw. */
export function RowLink({ to, children }: { to: string; children: ReactNode }) {
  const router = useRouter();
  const follow = (event: MouseEvent) => {
    // Whoever wants a new tab or window gets it from the browser.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void router.navigate({ to });
  };
  return <a className={classes.text} href={router.history.createHref(to)} onClick={follow}>{children}</a>;
}
