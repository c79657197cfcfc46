import { describe, expect, it } from 'vitest';
import { growSpan, keepSpan } from './useSpan';

const span = (from: number, to: number) => ({ from, to });

describe('rows drawn while scrolling', () => {
  it('are all that are in view, whatever was drawn before', () => {
    expect(keepSpan(span(0, 20), span(8, 45), span(20, 33))).toEqual(span(8, 33));
    expect(keepSpan(span(0, 20), span(488, 525), span(500, 513))).toEqual(span(500, 513));
    expect(keepSpan(span(500, 513), span(0, 25), span(0, 13))).toEqual(span(0, 13));
  });

  it('leave when they are no longer wanted', () => {
    expect(keepSpan(span(0, 40), span(20, 60), span(32, 48))).toEqual(span(20, 48));
  });

  it('grow by a few per step at both ends, and not beyond what is wanted', () => {
    const wanted = span(90, 130);
    const steps = [span(100, 120)];
    for (let i = 0; i < 4; i++) steps.push(growSpan(steps.at(-1)!, wanted));
    expect(steps).toEqual([span(100, 120), span(96, 124), span(92, 128), span(90, 130), span(90, 130)]);
  });
});
