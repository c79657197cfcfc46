/** Smoothness from two witnesses: the browser's own trace of its main thread, and the frames that the page itself was given. */
import type { Browser, Page } from 'playwright-core';

export interface Smoothness {
  /** Longest time between two animation frames, milliseconds. */
  worstGap: number;
  /** Gaps of more than the bar. */
  longFrames: number;
  frames: number;
  /** Longest task of the page's main thread, from the trace, milliseconds, and tasks above the bar. */
  worstTask: number;
  longTasks: number;
}

/** Milliseconds between frames above which a person sees it. */
export const BAR_MS = 50;

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  args?: { name?: string; data?: { frames?: { url?: string; processId?: number }[] } };
}

/** Does `act` while both look on. */
export async function watch(browser: Browser, page: Page, act: () => Promise<void>): Promise<Smoothness> {
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
  await page.evaluate(() => {
    const seen: number[] = [];
    const state = { seen, on: true };
    Object.assign(window, { frameWatch: state });
    const next = (time: number): void => {
      seen.push(time);
      if (state.on) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await act();
  const times = await page.evaluate(() => {
    const state = (window as unknown as { frameWatch: { seen: number[]; on: boolean } }).frameWatch;
    state.on = false;
    return state.seen;
  });
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  const tasks = mainThreadTasks(traceEvents);
  return { frames: gaps.length, worstGap: Math.max(0, ...gaps), longFrames: gaps.filter((gap) => gap > BAR_MS).length, worstTask: Math.max(0, ...tasks), longTasks: tasks.filter((ms) => ms > BAR_MS).length };
}

/** Of the renderer that has the page; durations in milliseconds. */
function mainThreadTasks(events: TraceEvent[]): number[] {
  const started = events.find((event) => event.name === 'TracingStartedInBrowser');
  const renderers = new Set((started?.args?.data?.frames ?? []).map((frame) => frame.processId));
  const threads = new Set(events.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain' && renderers.has(event.pid)).map((event) => `${event.pid}:${event.tid}`));
  return events.filter((event) => event.ph === 'X' && event.name === 'RunTask' && threads.has(`${event.pid}:${event.tid}`)).map((event) => (event.dur ?? 0) / 1000);
}
