/** What a chart draws. */
export interface ChartPoint {
  x: number;
  y: number | null;
}

export interface ChartSeries {
  key: string;
  label: string;
  points: readonly ChartPoint[];
  /** Index into the palette of lines; its place in the list when left out. */
  index?: number;
  /** Spread around the points, such as one standard deviation over seeds, aligned with them. */
  band?: readonly (readonly [low: number, high: number] | null)[];
  /** Drawn as it is, whatever the smoothing: schedules, reference lines, few points. */
  exact?: boolean;
  /** Marks every point, for series of few; two of them are not joined by a line, which would claim what is between. */
  dots?: boolean;
}

export interface Axis {
  label: string;
  unit?: string;
  format?(value: number): string;
  /** Milliseconds: ticks at full seconds, minutes, hours. */
  clock?: boolean;
  /** Counted, such as steps: no ticks between whole numbers. */
  whole?: boolean;
}
