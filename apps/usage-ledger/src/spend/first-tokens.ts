/**
 * How many requests had their first token in which time. Each bucket ends at 1.41 times the end of the one before: the
 * first at 16 ms, the last but one at 131 s. What is read off it is right to a part of a bucket.
 */
export const firstTokenBuckets = 28;

const firstEndMs = 16;
const perOctave = 2;

const endOf = (bucket: number): number => firstEndMs * 2 ** (bucket / perOctave);

/** The bucket of whole milliseconds. */
export function bucketOf(ms: number): number {
  if (ms < firstEndMs) return 0;
  const bucket = Math.floor(perOctave * Math.log2(ms / firstEndMs)) + 1;
  return Math.min(bucket, firstTokenBuckets - 1);
}

/** Counts of one more request; `counts` is changed. */
export function addFirstToken(counts: number[] | null, ms: number): number[] {
  const into = counts ?? Array<number>(firstTokenBuckets).fill(0);
  const bucket = bucketOf(ms);
  into[bucket] = (into[bucket] ?? 0) + 1;
  return into;
}

/** Adds counts to others, which are changed. */
export function mergeFirstTokens(
  into: number[] | null,
  more: readonly number[] | null,
): number[] | null {
  if (more === null) return into;
  if (into === null) return [...more];
  for (const [bucket, count] of more.entries()) into[bucket] = (into[bucket] ?? 0) + count;
  return into;
}

/** The time that so large a part of the requests needed at most, in whole milliseconds; undefined where none was measured. */
export function firstTokenWithin(
  counts: readonly number[] | null,
  part: number,
): number | undefined {
  const total = counts?.reduce((sum, count) => sum + count, 0) ?? 0;
  if (counts === null || total === 0) return undefined;
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && before + count >= part * total) {
      return Math.round(within(bucket, (part * total - before) / count));
    }
    before += count;
  }
  return undefined;
}

/** As if the times of a bucket were spread over it, by their logarithms. */
function within(bucket: number, part: number): number {
  if (bucket === 0) return firstEndMs * part;
  const start = endOf(bucket - 1);
  return bucket === firstTokenBuckets - 1 ? start : start * 2 ** (part / perOctave);
}
