import { nanoUsdOf } from '../stripe/cents.js';
import { invoiceBounds } from './bounds.js';

/** What one member was charged for one model, of one month: of the invoice's, or of an earlier one where it came late. */
export interface InvoiceLine {
  month: string;
  userId: string;
  model: string;
  requests: bigint;
  inputTokens: bigint;
  outputTokens: bigint;
  /** Nano-USD. */
  charged: bigint;
  /** The part of it that granted credit paid. */
  granted: bigint;
}

/** settled: nothing is to be collected. unsent: Stripe does not have it yet. */
export type InvoiceState = 'settled' | 'unsent' | 'open' | 'paid';

export interface Invoice {
  id: string;
  number: string;
  accountId: string;
  /** First day of the UTC month. */
  month: string;
  charged: bigint;
  granted: bigint;
  owed: bigint;
  dueCents: bigint;
  issuedAt: Date;
  state: InvoiceState;
  hostedUrl: string | null;
}

/** Where an account stands when it is invoiced. Amounts are nano-USD. */
export interface InvoiceStanding {
  /** As it is now; below zero for what a credit line has paid. */
  balance: bigint;
  /** Charged to paid money since the invoice's month: it is not for this invoice. */
  chargedSince: bigint;
  /** Of earlier invoices that are not paid yet. */
  outstandingCents: bigint;
}

/**
 * What an account owes for everything up to the month's end, beyond earlier invoices, and how many whole cents of it are
 * collected: rounded down. What is left stays in the balance, so it is in the next invoice by itself; so does an amount
 * that is too small for Stripe to collect.
 */
export function amountDue({ balance, chargedSince, outstandingCents }: InvoiceStanding): {
  owed: bigint;
  dueCents: bigint;
} {
  const owed = -(balance + chargedSince) - nanoUsdOf(outstandingCents);
  if (owed <= 0n) return { owed: 0n, dueCents: 0n };
  const cents = owed / nanoUsdOf(1);
  return { owed, dueCents: cents < invoiceBounds.leastCents ? 0n : cents };
}

export function sumOf(lines: readonly InvoiceLine[]): { charged: bigint; granted: bigint } {
  return lines.reduce(
    (sum, { charged, granted }) => ({
      charged: sum.charged + charged,
      granted: sum.granted + granted,
    }),
    { charged: 0n, granted: 0n },
  );
}
