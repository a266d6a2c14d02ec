/** What this service wants of a recorded request. */
export interface RecordedCost {
  /** 1, 2, 3 ... without gaps, over the whole ledger. */
  readonly ledgerSequence: bigint;
  readonly model: string;
  readonly costNanoUsd: bigint;
}

export interface ModelSpend {
  readonly model: string;
  readonly requests: bigint;
  readonly costNanoUsd: bigint;
}

/** The unbroken run of requests that follows a checkpoint, and whether something before the rest is missing. */
export function nextInOrder(
  checkpoint: bigint,
  requests: readonly RecordedCost[],
): { next: RecordedCost[]; gap: boolean } {
  const ascending = [...requests].sort((a, b) => (a.ledgerSequence < b.ledgerSequence ? -1 : 1));
  const next: RecordedCost[] = [];
  let expected = checkpoint + 1n;
  for (const request of ascending) {
    if (request.ledgerSequence > expected) return { next, gap: true };
    // Below: seen before, in a batch that was sent again.
    if (request.ledgerSequence === expected) {
      next.push(request);
      expected += 1n;
    }
  }
  return { next, gap: false };
}

export function sumByModel(requests: readonly RecordedCost[]): ModelSpend[] {
  const sums = new Map<string, ModelSpend>();
  for (const { model, costNanoUsd } of requests) {
    const sum = sums.get(model);
    sums.set(model, {
      model,
      requests: (sum?.requests ?? 0n) + 1n,
      costNanoUsd: (sum?.costNanoUsd ?? 0n) + costNanoUsd,
    });
  }
  return [...sums.values()];
}
