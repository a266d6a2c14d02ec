/** Closes of one second share a mark; with more marks than this, those of a longer time do. */
const mostMarks = 1_000;
const firstMarkMs = 1_000;

/** When closed records were closed, to about a second, for those that are not settled. Monotonic milliseconds. */
export class UnsettledAges {
  /** Each holds from its sequence up to the next one's. */
  private marks: { sequence: number; at: number }[] = [];
  private markMs = firstMarkMs;

  closed(sequence: number, at: number): void {
    const last = this.marks.at(-1);
    if (last && at - last.at < this.markMs) return;
    this.marks.push({ sequence, at });
    if (this.marks.length <= mostMarks) return;
    this.marks = this.marks.filter((_, index) => index % 2 === 0);
    this.markMs *= 2;
  }

  /** What is older than the oldest that is left is forgotten. */
  settled(sequence: number, lastSequence: number): void {
    if (sequence >= lastSequence) {
      this.marks = [];
      this.markMs = firstMarkMs;
      return;
    }
    const next = this.marks.findIndex((mark) => mark.sequence > sequence + 1);
    this.marks.splice(0, (next === -1 ? this.marks.length : next) - 1);
  }

  /** How long ago the oldest was closed; 0 where there is none. */
  oldestMs(now: number): number {
    const [oldest] = this.marks;
    return oldest ? Math.max(0, now - oldest.at) : 0;
  }
}
