import { colorOf, totalOf, type ChartData } from './chart.js';

const WIDTH = 232;

interface ChartTipProps {
  readonly data: ChartData;
  readonly isStacked: boolean;
  readonly period: number;
  readonly x: number;
  readonly width: number;
}

/** What a period holds, beside it. The same is in the table, and is read out as the period changes. */
export function ChartTip({ data, isStacked, period, x, width }: ChartTipProps) {
  const left = x + WIDTH + 16 > width ? Math.max(0, x - WIDTH - 12) : x + 12;
  const rows = data.series
    .map((series, index) => ({
      series,
      value: series.values[period] ?? null,
      color: colorOf(series, index),
    }))
    .filter(({ value }) => value !== null && (!isStacked || value !== 0n));
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-1 z-10 rounded-md border border-line bg-raised px-3 py-2 text-sm shadow-pop"
      style={{ left, width: Math.min(WIDTH, width) }}
    >
      <p className="mb-1 flex justify-between gap-3 font-medium">
        <span>{data.periods[period]}</span>
        {isStacked && <span className="tabular">{data.format(totalOf(data.series, period))}</span>}
      </p>
      {rows.length === 0 && (
        <p className="text-muted">{isStacked ? 'No requests' : 'Nothing measured'}</p>
      )}
      {rows.map(({ series, value, color }) => (
        <p key={series.name} className="flex items-center gap-1.5">
          <span className="size-2 shrink-0 rounded-xs" style={{ background: color }} />
          <span className="min-w-0 flex-1 truncate text-muted">{series.name}</span>
          <span className="tabular">{value !== null && data.format(value)}</span>
        </p>
      ))}
    </div>
  );
}
