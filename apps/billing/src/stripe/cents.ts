/** Stripe counts US dollars in cents, the ledger in nano-USD. */
const nanoUsdPerCent = 10_000_000n;

export function nanoUsdOf(cents: bigint | number): bigint {
  return BigInt(cents) * nanoUsdPerCent;
}

/** Undefined where the amount is no whole number of cents. */
export function centsOf(nanoUsd: bigint): number | undefined {
  return nanoUsd % nanoUsdPerCent === 0n ? Number(nanoUsd / nanoUsdPerCent) : undefined;
}
