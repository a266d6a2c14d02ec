import { USAGE_GROUPS, type Usage } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ChartColumn } from 'lucide-react';
import { LineChart } from '../../charts/line-chart.js';
import { StackedBars } from '../../charts/stacked-bars.js';
import { useAccount } from '../../layout/use-account.js';
import { rangeBefore, type Range } from '../../ranges/range.js';
import { Card } from '../../ui/card.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Select } from '../../ui/select.js';
import { Skeleton } from '../../ui/skeleton.js';
import { chartOf } from './chart-of.js';
import { GroupsTable } from './groups-table.js';
import { MetricTiles } from './metric-tiles.js';
import { usageQuery } from './queries.js';
import type { Metric } from './search.js';

const overviewRoute = getRouteApi('/shell/overview');

const GROUP_LABELS = { model: 'By model', key: 'By key', member: 'By member' } as const;

/** What was used over the range: sums, compared with the range before, and a chart of one of them. */
export function UsageCard({ range }: { range: Range }) {
  const { account_id, kind } = useAccount();
  const { by = 'model', show = 'spend' } = overviewRoute.useSearch();
  const navigate = overviewRoute.useNavigate();
  const usage = useQuery(usageQuery(account_id, range, by));
  const before = useQuery(usageQuery(account_id, rangeBefore(range)));
  const groups = USAGE_GROUPS.filter((group) => group !== 'member' || kind === 'team');
  return (
    <Card
      title="Usage"
      isFlush
      actions={
        <Select
          label="Grouping"
          value={by}
          options={groups.map((value) => ({ value, label: GROUP_LABELS[value] }))}
          onChange={(chosen) =>
            void navigate({ search: (search) => ({ ...search, by: chosen }), replace: true })
          }
        />
      }
    >
      <MetricTiles
        totals={usage.data?.totals}
        before={before.data?.totals}
        shown={show}
        onShow={(metric) =>
          void navigate({ search: (search) => ({ ...search, show: metric }), replace: true })
        }
      />
      <div className={usage.isPlaceholderData ? 'opacity-60' : ''} aria-busy={usage.isFetching}>
        {usage.data !== undefined ? (
          <Shown usage={usage.data} show={show} range={range} by={by} />
        ) : usage.error !== null ? (
          <div className="p-4">
            <ErrorNote
              error={usage.error}
              what="Usage could not be loaded."
              retry={() => void usage.refetch()}
            />
          </div>
        ) : (
          <div role="status" aria-label="Loading usage" className="p-4">
            <Skeleton className="h-60" />
          </div>
        )}
      </div>
    </Card>
  );
}

interface ShownProps {
  readonly usage: Usage;
  readonly show: Metric;
  readonly range: Range;
  readonly by: (typeof USAGE_GROUPS)[number];
}

function Shown({ usage, show, range, by }: ShownProps) {
  if (usage.totals.requests === 0) {
    return (
      <EmptyState icon={<ChartColumn className="size-8" />} title="No requests in this range">
        Choose a longer one, or send a first request: it shows up here within seconds.
      </EmptyState>
    );
  }
  const data = chartOf(usage, show, range.granularity);
  return (
    <>
      <div className="px-4 pt-3 pb-4">
        {show === 'first_token' ? <LineChart data={data} /> : <StackedBars data={data} />}
      </div>
      <GroupsTable usage={usage} by={by} />
    </>
  );
}
