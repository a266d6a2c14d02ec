const usd = 1_000_000_000n;

export const topUpBounds = {
  leastNanoUsd: 5n * usd,
  mostNanoUsd: 10_000n * usd,
  /** Pages of one account that may be open at once: each is a call of Stripe's. */
  open: 20,
};
