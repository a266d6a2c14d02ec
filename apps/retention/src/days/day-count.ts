/** What a day has, or has more or less than before. */
export interface DayCount {
  /** UTC calendar day, YYYY-MM-DD. */
  day: string;
  contents: bigint;
  sealedBytes: bigint;
  /** Before compression. */
  rawBytes: bigint;
}

/** The same, taken away. */
export function lessBy({ day, contents, sealedBytes, rawBytes }: DayCount): DayCount {
  return { day, contents: -contents, sealedBytes: -sealedBytes, rawBytes: -rawBytes };
}
