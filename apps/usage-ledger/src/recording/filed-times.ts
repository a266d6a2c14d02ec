import type { RequestRecord } from '@modelbridge/contracts/events';
import { recordingBounds } from './bounds.js';

type Times = Pick<RequestRecord, 'startedAt' | 'completedAt'>;

/**
 * The times under which a record is filed where its own cannot be: the gateway's clock was wrong, and what it
 * answered is recorded and charged all the same, at its arrival. Undefined where its own are right.
 */
export function filedTimes({ startedAt, completedAt }: Times, now: Date): Times | undefined {
  const [started, completed] = [Date.parse(startedAt), Date.parse(completedAt)];
  const { monthsBack, mostAheadMs, mostDurationMs } = recordingBounds;
  const earliest = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsBack);
  const latest = now.getTime() + mostAheadMs;
  const isPossible = (time: number): boolean => time >= earliest && time <= latest;
  if (isPossible(started) && isPossible(completed)) return undefined;
  const tookMs = Math.min(Math.max(completed - started || 0, 0), mostDurationMs);
  return {
    startedAt: new Date(now.getTime() - tookMs).toISOString(),
    completedAt: now.toISOString(),
  };
}
