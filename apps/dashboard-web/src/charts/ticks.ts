const STEPS = [1n, 2n, 5n] as const;

/**
 * Round values from zero up to the first that is not below `most`, about `wanted` of them. In whole units: of money
 * nano-USD, so that no float comes near it.
 */
export function ticksUpTo(most: bigint, wanted = 4): bigint[] {
  const least = most <= 0n ? 1n : most;
  const step = stepFor(least, BigInt(wanted));
  const ticks = [0n];
  while ((ticks.at(-1) ?? 0n) < least) ticks.push(BigInt(ticks.length) * step);
  return ticks;
}

function stepFor(least: bigint, wanted: bigint): bigint {
  for (let scale = 1n; ; scale *= 10n) {
    const step = STEPS.map((size) => size * scale).find((size) => size * wanted >= least);
    if (step !== undefined) return step;
  }
}

/** Of a whole, between 0 and 1, to a ten thousandth: as exact as any screen. */
export function shareOf(part: bigint, whole: bigint): number {
  return whole <= 0n ? 0 : Number((part * 10_000n) / whole) / 10_000;
}

/** The indexes of those of `count` labels that fit beside each other, evenly spread. */
export function labelledIndexes(count: number, fitting: number): number[] {
  if (count === 0) return [];
  const every = Math.max(1, Math.ceil(count / Math.max(1, fitting)));
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every);
}
