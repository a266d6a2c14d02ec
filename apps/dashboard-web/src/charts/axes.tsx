import { HEIGHT, MARGIN, PLOT_HEIGHT } from './chart.js';
import { labelledIndexes, shareOf } from './ticks.js';

const LABEL_WIDTH = 84;

interface AxesProps {
  readonly width: number;
  readonly ticks: readonly bigint[];
  readonly formatShort: (value: bigint) => string;
  readonly periods: readonly string[];
  /** The middle of a period, in pixels. */
  readonly xOf: (period: number) => number;
}

export function Axes({ width, ticks, formatShort, periods, xOf }: AxesProps) {
  const top = ticks.at(-1) ?? 1n;
  const labelled = labelledIndexes(periods.length, Math.floor((width - MARGIN.left) / LABEL_WIDTH));
  return (
    <g className="tabular fill-muted text-xs">
      {ticks.map((tick) => {
        const y = MARGIN.top + PLOT_HEIGHT * (1 - shareOf(tick, top));
        return (
          <g key={String(tick)}>
            <line
              x1={MARGIN.left}
              x2={width - MARGIN.right}
              y1={y}
              y2={y}
              className="stroke-line"
            />
            <text x={MARGIN.left - 8} y={y} textAnchor="end" dominantBaseline="middle">
              {formatShort(tick)}
            </text>
          </g>
        );
      })}
      {labelled.map((period) => {
        const x = xOf(period);
        const half = LABEL_WIDTH / 2;
        const anchor = x > width - half ? 'end' : x < MARGIN.left + half / 2 ? 'start' : 'middle';
        return (
          <text
            key={period}
            x={Math.min(x, width - MARGIN.right)}
            y={HEIGHT - 6}
            textAnchor={anchor}
          >
            {periods[period]}
          </text>
        );
      })}
    </g>
  );
}
