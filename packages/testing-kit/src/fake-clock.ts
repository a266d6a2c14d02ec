/** A clock that only moves when told to. Pass `clock.now` where code takes `() => Date`. */
export class FakeClock {
  private timeMs: number;

  constructor(start: Date | string = '2026-01-01T00:00:00Z') {
    this.timeMs = new Date(start).getTime();
  }

  readonly now = (): Date => new Date(this.timeMs);

  advance(ms: number): void {
    this.timeMs += ms;
  }

  set(time: Date | string): void {
    this.timeMs = new Date(time).getTime();
  }
}
