/** What a day has, or has more or less than before. */
export interface DayCount {
  /** UTC calendar day, YYYY-MM-DD. */
  day: string;
  contents: bigint;
  sealedBytes: bigint;
  /** Before compression. */
  rawBytes: bigint;
}
