import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from '../ui/button.js';
import { colorOf, HEIGHT, totalOf, type ChartData } from './chart.js';
import { ChartTable } from './chart-table.js';
import { ChartTip } from './chart-tip.js';
import { useWidth } from './use-width.js';

interface Drawn {
  readonly width: number;
  /** The period that is pointed at. */
  readonly active: number | undefined;
}

interface ChartFrameProps {
  readonly data: ChartData;
  /** The parts of a period are a whole: the tip tells their sum too. */
  readonly isStacked: boolean;
  /** The period at a place, and the place of a period, in pixels. */
  readonly periodAt: (x: number, width: number) => number;
  readonly xOf: (period: number, width: number) => number;
  readonly draw: (drawn: Drawn) => ReactNode;
}

/**
 * Around every chart: its legend, a tip for the period that is pointed at, by mouse, finger or the arrow keys, and
 * all values as a table.
 */
export function ChartFrame({ data, isStacked, periodAt, xOf, draw }: ChartFrameProps) {
  const [isTable, setTable] = useState(false);
  const [active, setActive] = useState<number>();
  const [place, width] = useWidth();
  const last = data.periods.length - 1;
  const move = (event: KeyboardEvent) => {
    const next = periodAfterKey(event.key, active, last);
    if (next === active) return;
    event.preventDefault();
    setActive(next);
  };
  return (
    <figure className="m-0 min-w-0">
      <figcaption className="mb-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <ul className="flex min-w-0 flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
          {data.series.map((series, index) => (
            <li key={series.name} className="flex min-w-0 items-center gap-1.5">
              <span
                aria-hidden
                className="size-2.5 shrink-0 rounded-xs"
                style={{ background: colorOf(series, index) }}
              />
              <span className="truncate">{series.name}</span>
            </li>
          ))}
        </ul>
        <Button
          look="quiet"
          size="small"
          aria-pressed={isTable}
          onClick={() => setTable((before) => !before)}
        >
          {isTable ? 'Show as chart' : 'Show as table'}
        </Button>
      </figcaption>
      {isTable ? (
        <ChartTable data={data} isStacked={isStacked} />
      ) : (
        <div ref={place} className="relative" style={{ height: HEIGHT }}>
          {/* Focus reads the periods one by one; without it the picture has one name. */}
          <div
            role="application"
            aria-roledescription="chart"
            aria-label={`${data.label}. Arrow keys move from period to period.`}
            tabIndex={0}
            className="absolute inset-0 touch-pan-y"
            onKeyDown={move}
            onBlur={() => setActive(undefined)}
            onPointerLeave={() => setActive(undefined)}
            onPointerMove={({ clientX, currentTarget }) => {
              const x = clientX - currentTarget.getBoundingClientRect().left;
              const period = Math.max(0, Math.min(last, periodAt(x, width)));
              setActive(last < 0 ? undefined : period);
            }}
          >
            {width > 0 && (
              <svg width={width} height={HEIGHT} aria-hidden className="block overflow-visible">
                {draw({ width, active })}
              </svg>
            )}
          </div>
          {active !== undefined && width > 0 && (
            <ChartTip
              data={data}
              isStacked={isStacked}
              period={active}
              x={xOf(active, width)}
              width={width}
            />
          )}
          <p role="status" className="sr-only">
            {active !== undefined && spoken(data, isStacked, active)}
          </p>
        </div>
      )}
    </figure>
  );
}

function periodAfterKey(key: string, active: number | undefined, last: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, (active ?? last + 1) - 1);
    case 'ArrowRight':
      return Math.min(last, (active ?? -1) + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'Escape':
      return undefined;
    default:
      return active;
  }
}

function spoken(
  { periods, series, format }: ChartData,
  isStacked: boolean,
  period: number,
): string {
  const parts = series.flatMap(({ name, values }) => {
    const value = values[period] ?? null;
    return value === null || (isStacked && value === 0n) ? [] : [`${name} ${format(value)}`];
  });
  const sum = isStacked ? `${format(totalOf(series, period))}. ` : '';
  return `${periods[period] ?? ''}: ${sum}${parts.length === 0 && !isStacked ? 'nothing measured' : parts.join(', ')}`;
}
