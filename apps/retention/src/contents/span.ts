/** Requests by their UUIDs, both ends included. */
export interface RequestSpan {
  firstRequestUuid: string;
  lastRequestUuid: string;
}

/** All requests, by the times of their ids, from a moment on and before another. */
export function spanOfTime(from: Date, to: Date): RequestSpan {
  return {
    firstRequestUuid: uuidAt(from.getTime(), '0'),
    lastRequestUuid: uuidAt(to.getTime() - 1, 'f'),
  };
}

export function spanOfOne(requestUuid: string): RequestSpan {
  return { firstRequestUuid: requestUuid, lastRequestUuid: requestUuid };
}

/** When the first and the last millisecond of a span are: what `spanOfTime` was made of. */
export function timesOf({ firstRequestUuid, lastRequestUuid }: RequestSpan): {
  from: Date;
  to: Date;
} {
  return { from: new Date(msOf(firstRequestUuid)), to: new Date(msOf(lastRequestUuid) + 1) };
}

/** The smallest or largest UUID whose first 48 bits are that time, as Postgres sorts them. */
function uuidAt(ms: number, fill: '0' | 'f'): string {
  const time = Math.max(0, ms).toString(16).padStart(12, '0');
  const rest = [4, 4, 12].map((digits) => fill.repeat(digits));
  return [time.slice(0, 8), time.slice(8), ...rest].join('-');
}

function msOf(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}
