import type { Usage } from '@modelbridge/dashboard-api';
import type { ReactNode } from 'react';
import { changeOf } from '../../format/change.js';
import { exactMoney, readableMoney } from '../../format/money.js';
import {
  exactCount,
  readableCount,
  readableDuration,
  readableShare,
} from '../../format/numbers.js';
import { classes } from '../../ui/classes.js';
import { Skeleton } from '../../ui/skeleton.js';
import { METRICS, type Metric } from './search.js';

type Totals = Usage['totals'];

interface Told {
  readonly label: string;
  readonly value: string;
  readonly exact: string;
  /** What stands beside the value, and what it is. */
  readonly note?: string;
  readonly noteMeans?: string;
}

interface MetricTilesProps {
  readonly totals: Totals | undefined;
  readonly before: Totals | undefined;
  readonly shown: Metric;
  readonly onShow: (metric: Metric) => void;
}

/** The sums of the range; each is a button that shows its chart. */
export function MetricTiles({ totals, before, shown, onShow }: MetricTilesProps) {
  return (
    <div
      role="group"
      aria-label="Show over time"
      className="mt-2 grid grid-cols-2 border-y border-line sm:grid-cols-3 lg:grid-cols-5"
    >
      {METRICS.map((metric) => (
        <button
          key={metric}
          type="button"
          aria-pressed={metric === shown}
          onClick={() => onShow(metric)}
          className={classes(
            'min-w-0 border-b-2 px-4 py-2.5 text-left hover:bg-sunken',
            metric === shown ? 'border-b-accent' : 'border-b-transparent',
          )}
        >
          <Tile
            told={totals === undefined ? undefined : told(metric, totals, before)}
            label={LABELS[metric]}
          />
        </button>
      ))}
    </div>
  );
}

function Tile({ told, label }: { told: Told | undefined; label: string }): ReactNode {
  return (
    <>
      <span className="block truncate text-sm text-muted">{label}</span>
      {told === undefined ? (
        <Skeleton className="mt-1 h-6 w-20" />
      ) : (
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="tabular text-lg font-semibold" title={told.exact}>
            {told.value}
          </span>
          {told.note !== undefined && (
            <span className="tabular text-xs text-muted" title={told.noteMeans}>
              {told.note}
              <span className="sr-only"> {told.noteMeans}</span>
            </span>
          )}
        </span>
      )}
    </>
  );
}

const LABELS: Record<Metric, string> = {
  spend: 'Spend',
  requests: 'Requests',
  tokens: 'Tokens',
  errors: 'Errors',
  first_token: 'Time to first token',
};

const COMPARED = 'compared with the range before';

function told(metric: Metric, totals: Totals, before: Totals | undefined): Told {
  const label = LABELS[metric];
  switch (metric) {
    case 'spend': {
      const { cost_nano_usd: cost } = totals;
      return {
        label,
        value: readableMoney(cost),
        exact: exactMoney(cost),
        note: before && changeOf(BigInt(cost), BigInt(before.cost_nano_usd)),
        noteMeans: COMPARED,
      };
    }
    case 'requests':
    case 'tokens':
      return {
        label,
        value: readableCount(totals[metric]),
        exact: exactCount(totals[metric]),
        note: before && changeOf(BigInt(totals[metric]), BigInt(before[metric])),
        noteMeans: COMPARED,
      };
    case 'errors':
      return {
        label,
        value: readableShare(totals.errors, totals.requests),
        exact: `${exactCount(totals.errors)} of ${exactCount(totals.requests)} requests`,
        note: before && `${readableShare(before.errors, before.requests)} before`,
        noteMeans: 'in the range before',
      };
    case 'first_token': {
      const { first_token_p50_ms: median, first_token_p95_ms: high } = totals;
      return {
        label,
        value: median === null ? '–' : readableDuration(median),
        exact: median === null ? 'Nothing measured' : 'Half of the requests were quicker',
        note: high === null ? undefined : `p95 ${readableDuration(high)}`,
        noteMeans: '19 of 20 requests were quicker',
      };
    }
  }
}
