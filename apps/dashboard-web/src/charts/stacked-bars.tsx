import { Axes } from './axes.js';
import { ChartFrame } from './chart-frame.js';
import { colorOf, MARGIN, PLOT_HEIGHT, totalOf, type ChartData } from './chart.js';
import { shareOf, ticksUpTo } from './ticks.js';

const WIDEST_BAR = 36;

/** A bar a period, of the parts that make it. */
export function StackedBars({ data }: { data: ChartData }) {
  const { periods, series } = data;
  const totals = periods.map((_, period) => totalOf(series, period));
  const ticks = ticksUpTo(totals.reduce((most, total) => (total > most ? total : most), 0n));
  const top = ticks.at(-1) ?? 1n;
  const slotOf = (width: number) =>
    Math.max(0, width - MARGIN.left - MARGIN.right) / Math.max(1, periods.length);
  const xOf = (period: number, width: number) => MARGIN.left + slotOf(width) * (period + 0.5);
  return (
    <ChartFrame
      data={data}
      isStacked
      xOf={xOf}
      periodAt={(x, width) => Math.floor((x - MARGIN.left) / slotOf(width))}
      draw={({ width, active }) => {
        const slot = slotOf(width);
        const bar = Math.min(WIDEST_BAR, Math.max(1, slot * (slot > 6 ? 0.72 : 0.9)));
        return (
          <>
            <Axes
              width={width}
              ticks={ticks}
              formatShort={data.formatShort}
              periods={periods}
              xOf={(period) => xOf(period, width)}
            />
            {active !== undefined && (
              <rect
                x={xOf(active, width) - slot / 2}
                y={MARGIN.top}
                width={slot}
                height={PLOT_HEIGHT}
                className="fill-sunken"
              />
            )}
            {partsOf(data).map(({ period, index, from, to, color }) => {
              const y = MARGIN.top + PLOT_HEIGHT * (1 - shareOf(to, top));
              const height = Math.max(0.5, PLOT_HEIGHT * shareOf(to - from, top));
              return (
                <rect
                  key={`${period} ${index}`}
                  x={xOf(period, width) - bar / 2}
                  y={y}
                  width={bar}
                  height={height}
                  style={{ fill: color }}
                />
              );
            })}
          </>
        );
      }}
    />
  );
}

interface PartOfBar {
  readonly period: number;
  readonly index: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly color: string;
}

/** What there is to draw: of each bar the parts that are more than nothing, from the bottom. */
function partsOf({ periods, series }: ChartData): PartOfBar[] {
  return periods.flatMap((_, period) => {
    let from = 0n;
    return series.flatMap((part, index) => {
      const value = part.values[period] ?? 0n;
      if (value <= 0n) return [];
      const to = from + value;
      const drawn = { period, index, from, to, color: colorOf(part, index) };
      from = to;
      return [drawn];
    });
  });
}
