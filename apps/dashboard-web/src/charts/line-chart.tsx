import { Axes } from './axes.js';
import { ChartFrame } from './chart-frame.js';
import { colorOf, MARGIN, PLOT_HEIGHT, type ChartData, type Series } from './chart.js';
import { downsampled, type Point } from './lttb.js';
import { shareOf, ticksUpTo } from './ticks.js';

/** A line a series, broken where nothing was measured. */
export function LineChart({ data }: { data: ChartData }) {
  const { periods, series } = data;
  const most = series
    .flatMap(({ values }) => values)
    .reduce<bigint>((most, value) => (value !== null && value > most ? value : most), 0n);
  const ticks = ticksUpTo(most);
  const top = ticks.at(-1) ?? 1n;
  const stepOf = (width: number) =>
    Math.max(0, width - MARGIN.left - MARGIN.right) / Math.max(1, periods.length);
  const xOf = (period: number, width: number) => MARGIN.left + stepOf(width) * (period + 0.5);
  const yOf = (value: bigint) => MARGIN.top + PLOT_HEIGHT * (1 - shareOf(value, top));
  return (
    <ChartFrame
      data={data}
      isStacked={false}
      xOf={xOf}
      periodAt={(x, width) => Math.floor((x - MARGIN.left) / stepOf(width))}
      draw={({ width, active }) => (
        <>
          <Axes
            width={width}
            ticks={ticks}
            formatShort={data.formatShort}
            periods={periods}
            xOf={(period) => xOf(period, width)}
          />
          {active !== undefined && (
            <line
              x1={xOf(active, width)}
              x2={xOf(active, width)}
              y1={MARGIN.top}
              y2={MARGIN.top + PLOT_HEIGHT}
              className="stroke-line-strong"
            />
          )}
          {series.map((line, index) => {
            const runs = runsOf(line, (period) => xOf(period, width), yOf);
            const lone = runs.filter((run) => run.length === 1).flat();
            return (
              <g key={line.name} style={{ color: colorOf(line, index) }}>
                <path
                  d={runs.map((run) => pathOf(downsampled(run, Math.max(3, width)))).join('')}
                  fill="none"
                  stroke="currentColor"
                  strokeWidth={1.75}
                  strokeLinejoin="round"
                />
                {lone.map(({ x, y }) => (
                  <circle key={x} cx={x} cy={y} r={2.5} fill="currentColor" />
                ))}
              </g>
            );
          })}
        </>
      )}
    />
  );
}

/** The stretches of a line between what was not measured. */
function runsOf(
  { values }: Series,
  xOf: (period: number) => number,
  yOf: (value: bigint) => number,
): Point[][] {
  const runs: Point[][] = [[]];
  for (const [period, value] of values.entries()) {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push({ x: xOf(period), y: yOf(value) });
  }
  return runs.filter((run) => run.length > 0);
}

function pathOf(points: readonly Point[]): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join('');
}
