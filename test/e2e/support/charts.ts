/** A chart of the window as a person uses it: its lines, its numbers as a table, what it saves. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';

export interface Tick {
  value: number;
  /** Pixels along its axis. */
  at: number;
}

export class Chart {
  readonly section: Locator;
  /** The part that is drawn. */
  readonly plot: Locator;

  constructor(private readonly page: Page, private readonly title: string) {
    this.section = page.getByRole('region', { name: new RegExp(`^${title}( |$)`) }).filter({ has: page.getByRole('button', { name: `Save ${title}`, exact: true }) });
    this.plot = this.section.getByRole('img', { name: title });
  }

  /** The legend's button of a line. */
  line(name: string | RegExp): Locator {
    return this.section.getByRole('button', { name }).and(this.page.locator('[aria-pressed]'));
  }

  /** Header and cells of the chart seen as a table; it stays a chart. */
  async table(): Promise<string[][]> {
    await this.section.getByRole('button', { name: `View ${this.title} as table` }).click();
    const rows = await this.section.getByRole('table').evaluate((table: HTMLTableElement) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent ?? '')));
    await this.section.getByRole('button', { name: `View ${this.title} as chart` }).click();
    return rows;
  }

  /** As `table`, the numbers of one column by its place; what is missing is left out. */
  async column(at: number): Promise<number[]> {
    const [, ...rows] = await this.table();
    return rows.map((row) => row[at]!.replaceAll(',', '')).filter((text) => text !== '–').map(Number);
  }

  /** Chooses what to save from the menu; gives the file that the browser downloads. */
  async save(item: 'Data as CSV, every point' | 'Data as CSV, only points shown' | 'Picture as SVG' | 'Picture as PNG'): Promise<{ name: string; bytes: Buffer }> {
    await this.section.getByRole('button', { name: `Save ${this.title}`, exact: true }).click();
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.page.getByRole('menuitem', { name: item }).click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  /** Ticks of an axis with their places on the screen. */
  ticks(axis: 'x' | 'y'): Promise<Tick[]> {
    return this.plot.locator(`.recharts-${axis}Axis-tick-labels .recharts-cartesian-axis-tick-value`).evaluateAll((texts, name) => texts.map((text) => {
      const box = text.getBoundingClientRect();
      return { value: Number(text.textContent!.replaceAll(',', '').replace('−', '-')), at: name === 'x' ? box.left + box.width / 2 : box.top + box.height / 2 };
    }), axis);
  }

  /** What stands at the horizontal axis. */
  axisName(): Promise<string | null> {
    return this.plot.locator('.recharts-label').first().textContent();
  }

  /** Drags over the chart from one share of its width to another. */
  async drag(from: number, to: number): Promise<void> {
    // Drawn in its turn after whatever was looked at before.
    await this.plot.locator('.recharts-xAxis-tick-labels .recharts-cartesian-axis-tick-value').first().waitFor();
    const box = (await this.plot.boundingBox())!;
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width * from, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + box.width * ((from + to) / 2), y, { steps: 3 });
    await this.page.mouse.move(box.x + box.width * to, y, { steps: 3 });
    await this.page.mouse.up();
  }
}

/** How far places on the screen are from growing evenly with `of(value)`, in pixels. */
export function unevenness(ticks: readonly Tick[], of: (value: number) => number): number {
  const [first, last] = [ticks[0]!, ticks.at(-1)!];
  const scale = (last.at - first.at) / (of(last.value) - of(first.value));
  return Math.max(...ticks.map((t) => Math.abs(first.at + scale * (of(t.value) - of(first.value)) - t.at)));
}
