/** Times are the person's own; UTC is what `exactTime` says. `timeZone` is for tests. */
const styles = {
  day: { day: 'numeric', month: 'short' },
  dayOfYear: { day: 'numeric', month: 'short', year: 'numeric' },
  minute: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  minuteOfYear: {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  },
  second: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  clock: { hour: '2-digit', minute: '2-digit' },
  clockSeconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  month: { month: 'short', year: 'numeric' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

export type TimeStyle = keyof typeof styles;

const formats = new Map<string, Intl.DateTimeFormat>();

/** `30 Nov, 14:03`. */
export function readableTime(iso: string, style: TimeStyle = 'minute', timeZone?: string): string {
  const key = `${style} ${timeZone ?? ''}`;
  const format =
    formats.get(key) ??
    new Intl.DateTimeFormat('en-GB', { ...styles[style], hour12: false, timeZone });
  formats.set(key, format);
  return format.format(new Date(iso));
}

/** `2026-11-30 13:03:22.120 UTC`. */
export function exactTime(iso: string): string {
  return `${new Date(iso).toISOString().replace('T', ' ').replace('.000', '').slice(0, -1)} UTC`;
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
] as const;

/** `3 minutes ago`, `in 2 days`. */
export function timeFromNow(iso: string, nowMs: number): string {
  let amount = (Date.parse(iso) - nowMs) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(Math.round(amount)) < size) return relative.format(Math.round(amount), unit);
    amount /= size;
  }
  return relative.format(Math.round(amount), 'year');
}
