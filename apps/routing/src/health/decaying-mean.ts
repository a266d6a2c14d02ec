/** What was seen is worth 1/e of what is seen now after this time. */
const timeConstantMs = 10_000;

/** A mean in which newer values weigh more. Immutable. */
export interface DecayingMean {
  mean: number;
  weight: number;
  atMs: number;
}

/** Adds `count` values whose own mean is `value`. `nowMs` is of a monotonic clock. */
export function withValue(
  before: DecayingMean | undefined,
  value: number,
  count: number,
  nowMs: number,
): DecayingMean {
  if (before === undefined) return { mean: value, weight: count, atMs: nowMs };
  const kept = before.weight * Math.exp(-(nowMs - before.atMs) / timeConstantMs);
  const weight = kept + count;
  return { mean: (before.mean * kept + value * count) / weight, weight, atMs: nowMs };
}
