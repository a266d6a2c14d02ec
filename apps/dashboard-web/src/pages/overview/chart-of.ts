import type { Usage } from '@modelbridge/dashboard-api';
import type { ChartData, Series } from '../../charts/chart.js';
import { readableMoney, shortMoney } from '../../format/money.js';
import { exactCount, readableCount, readableDuration } from '../../format/numbers.js';
import { periodLabel } from '../../ranges/period-label.js';
import type { Granularity } from '../../ranges/range.js';
import type { Metric } from './search.js';

const LABELS: Record<Metric, string> = {
  spend: 'Spend over time',
  requests: 'Requests over time',
  tokens: 'Tokens over time',
  errors: 'Errors over time',
  first_token: 'Time to first token over time',
};

/** One of the sums as a chart: of each group, where the server told it by group. */
export function chartOf(usage: Usage, metric: Metric, granularity: Granularity): ChartData {
  return {
    label: LABELS[metric],
    periods: usage.period_starts.map((start) => periodLabel(start, granularity)),
    series: seriesOf(usage, metric),
    ...formatsOf(metric),
  };
}

function formatsOf(metric: Metric): Pick<ChartData, 'format' | 'formatShort'> {
  switch (metric) {
    case 'spend':
      return { format: readableMoney, formatShort: shortMoney };
    case 'first_token':
      return {
        format: (ms) => readableDuration(Number(ms)),
        formatShort: (ms) => readableDuration(Number(ms)),
      };
    case 'requests':
    case 'tokens':
    case 'errors':
      return { format: exactCount, formatShort: readableCount };
  }
}

function seriesOf({ groups, periods }: Usage, metric: Metric): Series[] {
  const perGroup = (valuesOf: (group: Usage['groups'][number]) => readonly (string | number)[]) =>
    groups.map((group) => ({
      name: group.name,
      isRest: group.is_rest,
      values: valuesOf(group).map(BigInt),
    }));
  const measured = (values: readonly (number | null)[]) =>
    values.map((value) => (value === null ? null : BigInt(Math.round(value))));
  switch (metric) {
    case 'spend':
      return perGroup(({ cost_nano_usd }) => cost_nano_usd);
    case 'requests':
      return perGroup(({ requests }) => requests);
    case 'tokens':
      return perGroup(({ tokens }) => tokens);
    case 'errors':
      return [{ name: 'Errors', values: periods.errors.map(BigInt) }];
    case 'first_token':
      return [
        { name: 'Median', values: measured(periods.first_token_p50_ms) },
        { name: '95th percentile', values: measured(periods.first_token_p95_ms) },
      ];
  }
}
