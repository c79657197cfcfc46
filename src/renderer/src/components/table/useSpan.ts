/** Which rows of a table are drawn: those in view at once, the ones around them a few per frame, so that no frame is long. */
import { useEffect, useState } from 'react';

export interface Span {
  from: number;
  /** The last, included. */
  to: number;
}

/** Rows added at each end per frame. */
const STEP = 4;

/** What of `wanted` stays drawn, and all of `visible`. `wanted` holds `visible`. */
export function keepSpan(drawn: Span, wanted: Span, visible: Span): Span {
  const apart = drawn.to < visible.from - 1 || drawn.from > visible.to + 1;
  if (apart) return visible;
  return { from: Math.max(wanted.from, Math.min(drawn.from, visible.from)), to: Math.min(wanted.to, Math.max(drawn.to, visible.to)) };
}

/** One step from `drawn` towards `wanted`. */
export function growSpan(drawn: Span, wanted: Span): Span {
  return { from: Math.max(wanted.from, drawn.from - STEP), to: Math.min(wanted.to, drawn.to + STEP) };
}

const same = (a: Span, b: Span) => a.from === b.from && a.to === b.to;

export function useSpan(wanted: Span, visible: Span): Span {
  const [drawn, setDrawn] = useState(visible);
  const span = keepSpan(drawn, wanted, visible);
  if (!same(span, drawn)) setDrawn(span);
  const { from, to } = wanted;
  const { from: first, to: last } = span;
  useEffect(() => {
    if (first <= from && last >= to) return;
    const frame = requestAnimationFrame(() => setDrawn((now) => growSpan(now, { from, to })));
    return () => cancelAnimationFrame(frame);
  }, [first, last, from, to]);
  return span;
}
