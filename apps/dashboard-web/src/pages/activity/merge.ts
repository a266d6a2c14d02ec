import type { RequestRow } from '@modelbridge/dashboard-api';

/** As many live rows as are kept: beyond it what is older is loaded again once the tail is paused. */
export const MOST_LIVE = 10_000;

/** Newest first, as the server lists them: by when they began, then by id. */
export function isNewer(a: RequestRow, b: RequestRow): boolean {
  return a.created_at === b.created_at ? a.id > b.id : a.created_at > b.created_at;
}

const order = (a: RequestRow, b: RequestRow) => (a.id === b.id ? 0 : isNewer(a, b) ? -1 : 1);

/** Live rows with those that have come since, each once. */
export function withArrived(
  live: readonly RequestRow[],
  arrived: readonly RequestRow[],
): readonly RequestRow[] {
  const known = new Set(live.map(({ id }) => id));
  const fresh = arrived.filter(({ id }) => !known.has(id) && known.add(id));
  if (fresh.length === 0) return live;
  return [...fresh.toSorted(order), ...live].toSorted(order).slice(0, MOST_LIVE);
}

/** Live rows and those of the list as one. A tail that has run over leaves the list out: between them rows are missing. */
export function merged(
  live: readonly RequestRow[],
  listed: readonly RequestRow[],
): readonly RequestRow[] {
  if (live.length === 0) return listed;
  if (live.length >= MOST_LIVE) return live;
  const known = new Set(live.map(({ id }) => id));
  return [...live, ...listed.filter(({ id }) => !known.has(id))].toSorted(order);
}
