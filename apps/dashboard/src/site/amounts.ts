const perMillion = 1_000_000n;
const decimals = 6;

/** A price as vendors publish it, exactly: `$2.50` for a million tokens. */
export function usdPerMillion(picoUsdPerToken: bigint): string {
  const fraction = String(picoUsdPerToken % perMillion)
    .padStart(decimals, '0')
    .replace(/0{1,4}$/, '');
  return `$${whole(picoUsdPerToken / perMillion)}.${fraction}`;
}

/** An amount in cents: `$20`, or `$19.99`. */
export function usd(cents: number): string {
  const rest = cents % 100;
  return `$${whole(Math.floor(cents / 100))}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`;
}

/** `1,050,000` */
export function whole(count: bigint | number): string {
  return count.toLocaleString('en');
}
