import { formatUsd } from '@modelbridge/contracts';

const nanoPerCent = 10_000_000n;

/** An amount for people: whole cents, rounded towards zero; exact where there is less than a cent. */
export function dollars(nanoUsd: string | bigint): string {
  const exact = BigInt(nanoUsd);
  const cents = exact / nanoPerCent;
  if (cents === 0n && exact !== 0n) return `${formatUsd(exact)} USD`;
  const size = cents < 0n ? -cents : cents;
  const whole = (size / 100n).toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${cents < 0n ? '-' : ''}${whole}.${String(size % 100n).padStart(2, '0')} USD`;
}

/** `visa` and `4242` as people know them; undefined for what is no card. */
export function cardName(brand: string | null, last4: string | null): string | undefined {
  if (brand === null || last4 === null) return undefined;
  const names: Record<string, string> = { amex: 'American Express', mastercard: 'Mastercard' };
  const plain = brand.replaceAll('_', ' ');
  const name = names[brand] ?? `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
  return `${name} ending in ${last4}`;
}

export function planName(plan: string): string {
  return plan === '' ? 'none' : `${plan.charAt(0).toUpperCase()}${plan.slice(1)}`;
}
