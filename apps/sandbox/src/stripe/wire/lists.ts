import { resourceMissing } from './stripe-error.js';

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

/** One page of `found`, which is in the order of the list. */
export function page<T extends { id: string }>(url: string, found: T[], paging: Paging) {
  const { limit = defaultLimit, starting_after: after, ending_before: before } = paging;
  const position = (id: string, param: string): number => {
    const index = found.findIndex((object) => object.id === id);
    if (index < 0) throw resourceMissing('object', id, param);
    return index;
  };
  if (before !== undefined) {
    const end = position(before, 'ending_before');
    const start = Math.max(0, end - limit);
    return list(url, found.slice(start, end), start > 0);
  }
  const start = after === undefined ? 0 : position(after, 'starting_after') + 1;
  return list(url, found.slice(start, start + limit), start + limit < found.length);
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
