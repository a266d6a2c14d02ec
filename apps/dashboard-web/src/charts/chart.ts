/** What a chart shows: for each period a value of each series. Both kinds of chart, and the table, are made of it. */
export interface ChartData {
  /** What it is of, such as "Spend by model". */
  readonly label: string;
  /** How each period is called, the oldest first. */
  readonly periods: readonly string[];
  readonly series: readonly Series[];
  /** A value with its unit, for reading. */
  readonly format: (value: bigint) => string;
  /** The same in the little room of an axis. */
  readonly formatShort: (value: bigint) => string;
}

export interface Series {
  readonly name: string;
  /** One a period; null where nothing was measured. */
  readonly values: readonly (bigint | null)[];
  /** What is left beside the named ones. */
  readonly isRest?: boolean;
}

const COLORS = 7;

/** A colour of the style sheet, as CSS. */
export function colorOf(series: Series, index: number): string {
  return series.isRest === true ? 'var(--series-other)' : `var(--series-${(index % COLORS) + 1})`;
}

export function totalOf(series: readonly Series[], period: number): bigint {
  return series.reduce((sum, { values }) => sum + (values[period] ?? 0n), 0n);
}

export const HEIGHT = 220;
export const MARGIN = { top: 8, right: 4, bottom: 22, left: 56 } as const;
export const PLOT_HEIGHT = HEIGHT - MARGIN.top - MARGIN.bottom;
