/** What usage-ledger knows of usage that is not charged yet. Milliseconds. */
export interface Outstanding {
  epochs: { gatewayEpoch: string; oldestAgeMs: bigint; silentMs: bigint }[];
  oldestUnconfirmedAgeMs: bigint;
}

/** Gateways report every 5 s: who has said nothing for so long is gone, or cut off. */
export const silentAfterMs = 60_000n;

/**
 * Whether charges of an allowance may still be on their way. All its requests ended before its grace did, so
 * usage that was closed later is of others: an old allowance is not kept by the traffic of a living gateway.
 */
export function isAwaited(
  { gatewayEpoch, graceUntil }: { gatewayEpoch: string; graceUntil: Date },
  { epochs, oldestUnconfirmedAgeMs }: Outstanding,
  now: Date,
): boolean {
  const endedMsAgo = BigInt(Math.max(0, now.getTime() - graceUntil.getTime()));
  if (oldestUnconfirmedAgeMs > endedMsAgo) return true;
  return epochs.some(
    (epoch) =>
      epoch.gatewayEpoch === gatewayEpoch &&
      epoch.silentMs < silentAfterMs &&
      epoch.oldestAgeMs > endedMsAgo,
  );
}
