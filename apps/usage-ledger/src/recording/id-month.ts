import { idTimeMs, smallestUuidAt } from '../requests/id-time.js';
import { recordingBounds } from './bounds.js';

/** A calendar month (UTC) of request ids, or all that are before or after the years that have months: a partition. */
export interface IdMonth {
  /** `2026-02`, `before_2020`. */
  readonly month: string;
  /** The smallest UUID of the month. */
  readonly from: string;
  /** The smallest UUID of the next month. */
  readonly to: string;
}

/** The month around a point in time. */
export function monthBounds(time: Date): IdMonth {
  const year = time.getUTCFullYear();
  const month = time.getUTCMonth();
  return {
    month: `${year}-${String(month + 1).padStart(2, '0')}`,
    from: smallestUuidAt(Date.UTC(year, month)),
    to: smallestUuidAt(Date.UTC(year, month + 1)),
  };
}

/** The partition that an id belongs to, whatever time it says: its primary key holds over all of them. */
export function partitionOf(requestUuid: string): IdMonth {
  const { first, end } = recordingBounds.idYears;
  const [from, to] = [first, end].map((year) => smallestUuidAt(Date.UTC(year, 0)));
  if (from !== undefined && requestUuid < from) {
    return { month: `before_${first}`, from: '00000000-0000-0000-0000-000000000000', to: from };
  }
  if (to !== undefined && requestUuid >= to) {
    return { month: `from_${end}`, from: to, to: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
  }
  return monthBounds(new Date(idTimeMs(requestUuid)));
}

/** `count` months in a row, from `offset` months after the one around `time`. */
export function monthsFrom(time: Date, offset: number, count: number): IdMonth[] {
  const year = time.getUTCFullYear();
  const first = time.getUTCMonth() + offset;
  return Array.from({ length: count }, (_, index) =>
    monthBounds(new Date(Date.UTC(year, first + index))),
  );
}
