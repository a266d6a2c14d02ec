import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useAccount } from '../../layout/use-account.js';
import { usePreference } from '../../preferences/preference.js';
import { defaultRange } from '../../preferences/default-range.js';
import { rangeOf, rangeOfDays, type Range } from '../../ranges/range.js';
import { useNow } from '../../ranges/use-now.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Page } from '../../ui/page.js';
import { LimitsCard } from './limits-card.js';
import { MoneyTiles } from './money-tiles.js';
import { overviewQuery } from './queries.js';
import { RangePicker } from './range-picker.js';
import type { OverviewSearch } from './search.js';
import { UsageCard } from './usage-card.js';

const overviewRoute = getRouteApi('/shell/overview');

const MOVES_ON_MS = 30_000;

export function OverviewPage() {
  const { account_id } = useAccount();
  const range = useRange();
  const overview = useQuery(overviewQuery(account_id));
  return (
    <Page title="Overview" actions={<RangePicker />}>
      {overview.error !== null && (
        <ErrorNote
          error={overview.error}
          what="Balance and limits could not be loaded."
          retry={() => void overview.refetch()}
        />
      )}
      <MoneyTiles overview={overview.data} hasFailed={overview.isError} />
      <UsageCard range={range} />
      <LimitsCard limits={overview.data?.limits} hasFailed={overview.isError} />
    </Page>
  );
}

/** What the address asks for; else what this browser prefers. */
function useRange(): Range {
  const search: OverviewSearch = overviewRoute.useSearch();
  const preferred = usePreference(defaultRange);
  const now = useNow(MOVES_ON_MS);
  const name = search.range ?? preferred;
  if (name !== 'custom') return rangeOf(name, now);
  return rangeOfDays(search.first ?? '', search.last ?? '') ?? rangeOf(preferred, now);
}
