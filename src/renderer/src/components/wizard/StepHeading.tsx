import { useEffect, useRef } from 'react';
import classes from './Wizard.module.css';

/** The heading of a step. With `focus` it takes the focus when it appears, so that keyboard and screen reader follow. */
export function StepHeading({ title, focus }: { title: string; focus: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focus) heading.current?.focus();
  }, [focus]);
  return <h2 ref={heading} tabIndex={-1} className={classes.heading}>{title}</h2>;
}
