/** Smoothness from two witnesses: the browser's own trace of its main thread, and the frames that the page itself was given. */
import type { Browser, Page } from 'playwright-core';

export interface Smoothness {
  /** Longest time between two animation frames, and the time that 99 of 100 stay below, milliseconds. */
  worstGap: number;
  p99Gap: number;
  /** Gaps of more than the bar. */
  longFrames: number;
  frames: number;
  /** Longest task of the page's main thread, milliseconds: on the clock, and of the processor's time, which a busy machine does not lengthen. */
  worstTask: number;
  worstTaskCpu: number;
  /** Processor time of the main thread, milliseconds per second. */
  cpu: number;
}

/** Milliseconds between frames above which a person sees it. */
export const BAR_MS = 50;

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds: on the clock, and of the thread's own time. */
  dur?: number;
  tdur?: number;
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
  const began = performance.now();
  await act();
  const seconds = (performance.now() - began) / 1000;
  const times = await page.evaluate(() => {
    const state = (window as unknown as { frameWatch: { seen: number[]; on: boolean } }).frameWatch;
    state.on = false;
    return state.seen;
  });
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const gaps = times.slice(1).map((time, i) => time - times[i]!).toSorted((a, b) => a - b);
  const tasks = mainThreadTasks(traceEvents);
  const longest = (of: 'dur' | 'tdur'): number => Math.max(0, ...tasks.map((task) => task[of] ?? 0)) / 1000;
  return {
    frames: gaps.length,
    worstGap: gaps.at(-1) ?? 0,
    p99Gap: gaps[Math.ceil(gaps.length * 0.99) - 1] ?? 0,
    longFrames: gaps.filter((gap) => gap > BAR_MS).length,
    worstTask: longest('dur'),
    worstTaskCpu: longest('tdur'),
    cpu: tasks.reduce((sum, task) => sum + (task.tdur ?? 0), 0) / 1000 / seconds,
  };
}

/** Of the renderer that has the page. */
function mainThreadTasks(events: TraceEvent[]): TraceEvent[] {
  const started = events.find((event) => event.name === 'TracingStartedInBrowser');
  const renderers = new Set((started?.args?.data?.frames ?? []).map((frame) => frame.processId));
  const threads = new Set(events.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain' && renderers.has(event.pid)).map((event) => `${event.pid}:${event.tid}`));
  return events.filter((event) => event.ph === 'X' && event.name === 'RunTask' && threads.has(`${event.pid}:${event.tid}`));
}
