const NANOS_PER_DOLLAR = 1_000_000_000n;
/** Below a cent, what is shown has this many digits that say something. */
const SIGNIFICANT_DIGITS = 3;

/** A decimal string of dollars with nine places: exact, and without a float. */
function dollarsOf(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  const rest = (size % NANOS_PER_DOLLAR).toString().padStart(9, '0');
  return `${nanos < 0n ? '-' : ''}${size / NANOS_PER_DOLLAR}.${rest}`;
}

function format(nanos: bigint, least: number, most: number): string {
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  }).format(dollarsOf(nanos) as Intl.StringNumericLiteral);
}

/** For reading: cents, and below a cent as many places as it takes to say something. */
export function readableMoney(nanoUsd: string | bigint): string {
  const nanos = BigInt(nanoUsd);
  const size = nanos < 0n ? -nanos : nanos;
  if (size === 0n || size >= NANOS_PER_DOLLAR / 100n) return format(nanos, 2, 2);
  const leadingZeros = 9 - size.toString().length;
  return format(nanos, 2, Math.min(9, leadingZeros + SIGNIFICANT_DIGITS));
}

/** Of a single request: to a hundredth of a cent, and below a cent as above. */
export function readableCost(nanoUsd: string | bigint): string {
  const nanos = BigInt(nanoUsd);
  const isTiny = nanos > -NANOS_PER_DOLLAR / 100n && nanos < NANOS_PER_DOLLAR / 100n;
  return isTiny ? readableMoney(nanos) : format(nanos, 2, 4);
}

/** Every place that there is. */
export function exactMoney(nanoUsd: string | bigint): string {
  return format(BigInt(nanoUsd), 2, 9);
}

const PICOS_PER_NANO = 1_000n;

/** Of pico-USD, in which prices are: twelve places. */
export function exactPicoMoney(picoUsd: bigint): string {
  const rest = (picoUsd % PICOS_PER_NANO).toString().padStart(3, '0');
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 12,
  }).format(`${dollarsOf(picoUsd / PICOS_PER_NANO)}${rest}` as Intl.StringNumericLiteral);
}

/** For the axis of a chart: `$1.2K`. */
export function shortMoney(nanoUsd: string | bigint): string {
  const nanos = BigInt(nanoUsd);
  if (nanos > -1000n * NANOS_PER_DOLLAR && nanos < 1000n * NANOS_PER_DOLLAR) {
    return readableMoney(nanos);
  }
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    notation: 'compact',
    maximumFractionDigits: 1,
  }).format(dollarsOf(nanos) as Intl.StringNumericLiteral);
}

const TYPED = /^\$?\s*(\d{1,12})(?:\.(\d{1,9}))?$/;

/** What a person has typed as dollars, as nano-USD; undefined where it is none. */
export function nanosOfDollars(text: string): string | undefined {
  const [, whole, fraction = ''] = TYPED.exec(text.trim().replaceAll(',', '')) ?? [];
  if (whole === undefined) return undefined;
  return (BigInt(whole) * NANOS_PER_DOLLAR + BigInt(fraction.padEnd(9, '0'))).toString();
}

/** As a person would type it: `12.5`. */
export function dollarsOfNanos(nanoUsd: string | bigint): string {
  return dollarsOf(BigInt(nanoUsd)).replace(/\.?0+$/, '');
}
