import { beginning, hashOf, type Entry, type Head } from './entry.js';

export interface ChainReport {
  checked: bigint;
  violations: bigint;
  /** Where logs break, of some of the violations. */
  examples: string[];
}

const maxExamples = 20;

/** Reads the entries of all logs, each log in order, and says where one is not as it was written. */
export class ChainCheck {
  private readonly heads: Map<string, Head>;
  private readonly report: ChainReport = { checked: 0n, violations: 0n, examples: [] };
  private last: Head = { log: '', entries: 0n, hash: beginning };

  constructor(heads: readonly Head[]) {
    this.heads = new Map(heads.map((head) => [head.log, head]));
  }

  take(entry: Entry): void {
    const { log, sequence } = entry;
    if (log !== this.last.log) {
      this.endLog();
      this.last = { log, entries: 0n, hash: beginning };
    }
    const expected = this.last.entries + 1n;
    if (sequence !== expected) this.missing(log, expected, sequence - 1n);
    else if (!entry.previousHash.equals(this.last.hash)) {
      this.violated(`${log}: entry ${sequence} does not follow the entry before it`);
    }
    if (!hashOf(entry).equals(entry.hash)) this.violated(`${log}: entry ${sequence} was changed`);
    this.report.checked += 1n;
    this.last = { log, entries: sequence, hash: entry.hash };
  }

  end(): ChainReport {
    this.endLog();
    for (const { log, entries } of this.heads.values()) {
      if (entries > 0n) this.missing(log, 1n, entries);
    }
    return this.report;
  }

  /** The head of a log knows its newest entry. */
  private endLog(): void {
    const { log, entries, hash } = this.last;
    if (log === '') return;
    const head = this.heads.get(log);
    this.heads.delete(log);
    if (head === undefined) this.violated(`${log}: its head is missing`);
    else if (head.entries > entries) this.missing(log, entries + 1n, head.entries);
    else if (head.entries < entries || !head.hash.equals(hash)) {
      this.violated(`${log}: entry ${entries} is not the one that was written last`);
    }
  }

  private missing(log: string, from: bigint, to: bigint): void {
    const which = from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;
    this.violated(`${log}: ${which} missing`, to - from + 1n);
  }

  private violated(example: string, violations = 1n): void {
    this.report.violations += violations;
    if (this.report.examples.length < maxExamples) this.report.examples.push(example);
  }
}
