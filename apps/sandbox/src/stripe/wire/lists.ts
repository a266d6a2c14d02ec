import type { Selection } from '../core/selection.js';

interface Paging {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
}

interface Range {
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
}

const defaultLimit = 10;

/** One page of `found`, read no further than it goes. */
export function page<T extends { id: string }>(
  url: string,
  found: Selection<T>,
  { limit = defaultLimit, starting_after: after, ending_before: before }: Paging,
) {
  if (before !== undefined) {
    const newer = [...until(found, before)];
    return list(url, newer.slice(-limit), newer.length > limit);
  }
  const data: T[] = [];
  for (const object of after === undefined ? found : found.after(after)) {
    if (data.length === limit) return list(url, data, true);
    data.push(object);
  }
  return list(url, data);
}

function* until<T extends { id: string }>(rows: Iterable<T>, id: string): Generator<T> {
  for (const row of rows) {
    if (row.id === id) return;
    yield row;
  }
}

export function list<T>(url: string, data: T[], hasMore = false) {
  return { object: 'list' as const, url, has_more: hasMore, data };
}

export function within(value: number, range: Range | undefined): boolean {
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range ?? {};
  return value > gt && value >= gte && value < lt && value <= lte;
}

/** Whether a member is as a filter wants it; a filter that is not set wants nothing. */
export function fits<T>(wanted: T | undefined, actual: T): boolean {
  return wanted === undefined || wanted === actual;
}
