/** Sequences from `first` to `last`, both included. */
export type SequenceRange = readonly [first: bigint, last: bigint];

/** What has arrived of one gateway epoch. */
export interface ArrivedSequences {
  /** Everything from 1 up to here has arrived. */
  readonly watermark: bigint;
  /** What arrived beyond a gap: apart from each other, ascending. */
  readonly arrivedAbove: readonly SequenceRange[];
}

export const nothingArrived: ArrivedSequences = { watermark: 0n, arrivedAbove: [] };

/**
 * Ranges beyond a gap that are remembered for one epoch. The highest are forgotten beyond this, which
 * is safe: a gateway sends again what no watermark has passed.
 */
export const maxRangesAbove = 1_000;

/** Adds sequences in any order, repeated or not. The watermark moves only over an unbroken run. */
export function advance(
  before: ArrivedSequences,
  arrived: readonly bigint[],
  maxRanges = maxRangesAbove,
): ArrivedSequences {
  const ranges = [
    ...before.arrivedAbove,
    ...arrived.map((sequence): SequenceRange => [sequence, sequence]),
  ].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  let watermark = before.watermark;
  const arrivedAbove: [bigint, bigint][] = [];
  for (const [first, last] of ranges) {
    const previous = arrivedAbove.at(-1);
    if (first <= watermark + 1n) {
      if (last > watermark) watermark = last;
    } else if (previous !== undefined && first <= previous[1] + 1n) {
      if (last > previous[1]) previous[1] = last;
    } else {
      arrivedAbove.push([first, last]);
    }
  }
  return { watermark, arrivedAbove: arrivedAbove.slice(0, maxRanges) };
}

/** Postgres' text form of an int8multirange. */
export function toMultirange(ranges: readonly SequenceRange[]): string {
  return `{${ranges.map(([first, last]) => `[${first},${last + 1n})`).join(',')}}`;
}

/** Reads Postgres' canonical form of an int8multirange: `{[5,8),[11,12)}`. */
export function fromMultirange(text: string): SequenceRange[] {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, first, end]) => [
    BigInt(first ?? ''),
    BigInt(end ?? '') - 1n,
  ]);
}
