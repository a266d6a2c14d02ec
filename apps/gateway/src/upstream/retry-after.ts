import type { IncomingHttpHeaders } from 'node:http';
import { bounds } from '../bounds.js';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

const time = /(\d{1,9}(?:\.\d{1,9})?) ?(ms|s|m|h)(?:econds?|inutes?|ours?)?(?![a-z])/gi;
const delayWords = new RegExp(`try again in ((?:${time.source})+)`, 'i');

/** When to come back, in milliseconds: as the upstream says, or a default where it says nothing sane. */
export function retryAfter(headers: IncomingHttpHeaders, message: string, now: number): number {
  const ms =
    positive(Number(headers['retry-after-ms'])) ??
    headerDelay(headers['retry-after'], now) ??
    saidDelay(message) ??
    bounds.retryAfterMs;
  return Math.min(ms, bounds.maxRetryAfterMs);
}

/** The delay in words such as "try again in 1m2.5s"; undefined where there are none. */
export function saidDelay(message: string): number | undefined {
  const said = delayWords.exec(message)?.[1];
  if (said === undefined) return undefined;
  let ms = 0;
  for (const [, amount, unit] of said.matchAll(time)) {
    ms += Number(amount) * unitMs[unit!.toLowerCase()]!;
  }
  const delay = positive(ms);
  return delay === undefined ? undefined : Math.min(delay, bounds.maxRetryAfterMs);
}

/** Seconds, or a date. */
function headerDelay(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  return positive(Number(value) * 1_000) ?? positive(Date.parse(value) - now);
}

function positive(ms: number): number | undefined {
  return Number.isFinite(ms) && ms > 0 ? Math.ceil(ms) : undefined;
}
