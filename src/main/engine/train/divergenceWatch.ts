/** Notices that the loss has run away while it is still a number; whether to stop is the person's decision. */

const FIRST_UPDATES = 10;
/** How far above its start the running mean of the loss may be. */
const LIMIT = 3;
const MEMORY = 0.9;

export interface WatchState {
  startLoss: number | null;
  recentLoss: number | null;
  warned: boolean;
}

export class DivergenceWatch {
  constructor(private state: WatchState = { startLoss: null, recentLoss: null, warned: false }) {}

  /** True once: when the running mean of the loss first exceeds its limit. `step` counts updates from 1. */
  observe(step: number, loss: number): boolean {
    const { startLoss, recentLoss, warned } = this.state;
    const start = step <= FIRST_UPDATES ? ((startLoss ?? 0) * (step - 1) + loss) / step : (startLoss ?? loss);
    const recent = recentLoss === null ? loss : MEMORY * recentLoss + (1 - MEMORY) * loss;
    const alarm = !warned && step > FIRST_UPDATES && recent > LIMIT * start;
    this.state = { startLoss: start, recentLoss: recent, warned: warned || alarm };
    return alarm;
  }

  snapshot(): WatchState {
    return this.state;
  }
}
