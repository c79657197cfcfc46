/** How often something that ends unexpectedly may be started again before a person is asked. */
export class RestartBudget {
  private readonly times: number[] = [];

  /** @param limit restarts within `windowMs`; @param now monotonic clock in milliseconds */
  constructor(private readonly limit: number, private readonly windowMs: number, private readonly now: () => number = () => performance.now()) {}

  /** Takes one restart; false when the budget is spent. */
  take(): boolean {
    const now = this.now();
    while (this.times.length > 0 && now - this.times[0]! > this.windowMs) this.times.shift();
    if (this.times.length >= this.limit) return false;
    this.times.push(now);
    return true;
  }

  reset(): void {
    this.times.length = 0;
  }
}
