/** A run of one gateway epoch's sequences: those after `after`, up to `upTo`. */
export interface EpochRun {
  readonly gatewayEpoch: string;
  readonly after: bigint;
  readonly upTo: bigint;
}

/** Rows that one statement counts: far below what the statement timeout allows. */
export const rowsPerCount = 100_000n;

/** Cuts the sequences after one up to another into runs of at most `most`. */
export function runsBetween(
  after: bigint,
  upTo: bigint,
  most = rowsPerCount,
): { after: bigint; upTo: bigint }[] {
  const runs: { after: bigint; upTo: bigint }[] = [];
  for (let from = after; from < upTo; from += most) {
    runs.push({ after: from, upTo: from + most < upTo ? from + most : upTo });
  }
  return runs;
}

/** Cuts epochs into runs, and groups these so that no group covers more than `most` sequences or runs. */
export function groupsOfRuns(
  epochs: readonly { gatewayEpoch: string; watermark: bigint }[],
  most = rowsPerCount,
): EpochRun[][] {
  const groups: EpochRun[][] = [];
  let left = 0n;
  for (const { gatewayEpoch, watermark } of epochs) {
    for (const run of runsBetween(0n, watermark, most)) {
      // An epoch costs a look into every month's index, however short its run is.
      const cost = run.upTo - run.after + most / 1_000n;
      if (cost > left || groups.length === 0) {
        groups.push([]);
        left = most;
      }
      groups.at(-1)?.push({ gatewayEpoch, ...run });
      left -= cost;
    }
  }
  return groups;
}
