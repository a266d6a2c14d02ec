type Count = number | bigint | string;

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

const valueOf = (count: Count): number | bigint =>
  typeof count === 'string' ? BigInt(count) : count;

/** `1,234,567`. */
export function exactCount(count: Count): string {
  return whole.format(valueOf(count));
}

/** `1.2M`; below ten thousand exact. */
export function readableCount(count: Count): string {
  const value = valueOf(count);
  return value < 10_000 && value > -10_000 ? whole.format(value) : compact.format(value);
}

/** `850 ms`, `2.41 s`, `3 min 5 s`. */
export function readableDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `0.2%`, of two counts. */
export function readableShare(part: number, of: number): string {
  if (of === 0) return '0%';
  const percent = (100 * part) / of;
  return `${percent === 0 || percent >= 10 ? percent.toFixed(0) : percent.toFixed(percent < 0.1 ? 2 : 1)}%`;
}

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `12.3 KB`, of a thousand each. */
export function readableBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1_000 && unit < BYTE_UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? size.toFixed(0) : size.toFixed(1)} ${BYTE_UNITS[unit] ?? 'B'}`;
}
