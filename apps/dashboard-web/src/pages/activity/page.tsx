import { pathOf, requestsFile, type RequestFilter } from '@modelbridge/dashboard-api';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Activity, Download, Pause, Play } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { sessionQuery } from '../../api/session.js';
import { useAccount } from '../../layout/use-account.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { Page } from '../../ui/page.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { useIsWide } from '../../ui/use-is-wide.js';
import { FilterBar } from './filter-bar.js';
import { merged, MOST_LIVE } from './merge.js';
import { requestsQuery } from './queries.js';
import { RequestPanel } from './request-panel.js';
import { RequestsTable } from './requests-table.js';
import { canBeLive, filterOf } from './search.js';
import { useLiveRequests, type LiveState } from './use-live-requests.js';

const activityRoute = getRouteApi('/shell/activity');

const FORMATS = { csv: 'CSV', jsonl: 'JSON Lines', parquet: 'Parquet' } as const;

export function ActivityPage() {
  const { account_id } = useAccount();
  const search = activityRoute.useSearch();
  const navigate = activityRoute.useNavigate();
  const [openedAt] = useState(() => Date.now());
  // The same filter as long as nobody changes it: what is open beside the list is no part of it.
  const filterText = JSON.stringify(filterOf(search, openedAt));
  const filter = useMemo(() => JSON.parse(filterText) as RequestFilter, [filterText]);
  const isLive = search.live === undefined && canBeLive(search, openedAt);
  const requests = useRequests(account_id, filter, isLive);
  const setLive = () =>
    void navigate({
      search: (before) => ({ ...before, live: isLive ? 0 : undefined }),
      replace: true,
    });
  return (
    <Page
      title="Activity"
      description="Every request, as it was charged."
      actions={
        <>
          <LiveButton state={requests.state} isLive={isLive} onPress={setLive} />
          <ExportMenu account_id={account_id} filter={filter} />
        </>
      }
    >
      <FilterBar />
      <List requests={requests} openId={search.request} />
      <RequestPanel
        requestId={search.request}
        known={requests.rows.find(({ id }) => id === search.request)}
        onClose={() => void navigate({ search: (before) => ({ ...before, request: undefined }) })}
      />
    </Page>
  );
}

type Requests = ReturnType<typeof useRequests>;

/** The list, and before it what comes live. */
function useRequests(account_id: string, filter: RequestFilter, isLive: boolean) {
  const queries = useQueryClient();
  const list = useInfiniteQuery(requestsQuery(account_id, filter));
  const { queryKey } = requestsQuery(account_id, filter);
  const { rows: live, state } = useLiveRequests(account_id, filter, isLive, {
    onOpen: () => void queries.invalidateQueries({ queryKey }),
    onRefused: () => void queries.invalidateQueries(sessionQuery),
  });
  const listed = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const rows = useMemo(() => merged(live, listed), [live, listed]);
  const { hasNextPage, isFetching, fetchNextPage, error } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching && error === null) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage, error]);
  return { list, rows, state, more, isOver: live.length >= MOST_LIVE };
}

interface ListProps {
  readonly requests: Requests;
  readonly openId: string | undefined;
}

function List({ requests, openId }: ListProps) {
  const { list, rows, more } = requests;
  const isWide = useIsWide();
  const navigate = activityRoute.useNavigate();
  const open = useCallback(
    ({ id }: { id: string }) => void navigate({ search: (before) => ({ ...before, request: id }) }),
    [navigate],
  );
  if (list.isPending) {
    return (
      <Card isFlush>
        <SkeletonRows rows={10} label="Loading requests" />
      </Card>
    );
  }
  if (list.error !== null && rows.length === 0) {
    return (
      <ErrorNote
        error={list.error}
        what="The requests could not be loaded."
        retry={() => void list.refetch()}
      />
    );
  }
  if (rows.length === 0) {
    return (
      <Card>
        <EmptyState icon={<Activity className="size-8" />} title="No requests to show">
          None is as the filters ask, or none was sent yet. A request that is sent now shows up here
          within a second.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card isFlush>
      <RequestsTable
        rows={rows}
        isWide={isWide}
        openId={openId}
        onOpen={open}
        onNearEnd={more}
        footer={<Footer requests={requests} />}
      />
    </Card>
  );
}

function Footer({ requests }: { requests: Requests }) {
  const { list, rows, isOver } = requests;
  if (isOver) return 'Older requests are left out while so many come. Pause to see them.';
  if (list.error !== null) {
    return (
      <ErrorNote
        error={list.error}
        what="Older requests could not be loaded."
        retry={() => void list.fetchNextPage()}
      />
    );
  }
  return list.hasNextPage
    ? 'Loading older ones…'
    : `All ${rows.length.toLocaleString('en-US')} requests`;
}

const SAID: Record<LiveState, string> = {
  off: 'Paused',
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Reconnecting…',
};

function LiveButton(props: { state: LiveState; isLive: boolean; onPress: () => void }) {
  const Icon = props.isLive ? Pause : Play;
  return (
    <Button
      aria-pressed={props.isLive}
      aria-label={`Show new requests as they come: ${SAID[props.state]}`}
      onClick={props.onPress}
    >
      <span
        aria-hidden
        className={
          props.state === 'live'
            ? 'pulse-slowly size-2 rounded-full bg-good-text'
            : 'size-2 rounded-full bg-line-strong'
        }
      />
      {SAID[props.state]}
      <Icon aria-hidden className="size-3.5 text-muted" />
    </Button>
  );
}

function ExportMenu({ account_id, filter }: { account_id: string; filter: RequestFilter }) {
  return (
    <Menu
      trigger={
        <Button>
          <Download aria-hidden className="size-4" />
          Export
        </Button>
      }
    >
      {Object.entries(FORMATS).map(([format, name]) => (
        <MenuItem
          key={format}
          link={<a download href={pathOf(requestsFile, { account_id }, { ...filter, format })} />}
        >
          {name}
        </MenuItem>
      ))}
    </Menu>
  );
}
