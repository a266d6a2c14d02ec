export const receiptBounds = {
  maxPage: 100,
  /** An answer is given again for so long, here and in caches. */
  keptMs: 60_000,
  keptAnswers: 200,
  /** Questions to retention that are open at once, whoever asks: these routes know no caller. */
  maxOpen: 4,
} as const;
