import type { AccountBook } from '../book/account-book.js';
import { platformLedger } from '../book/transfer.js';
import { nanoUsdOf } from '../stripe/cents.js';
import type { Move } from './moves.js';

/** How much of a payment is tax, and of what has gone back of it. Cents. */
export interface TaxedPayment {
  amountCents: number;
  taxCents: number;
  backCents: number;
  backTaxCents: number;
  /** By refund, dispute or request for a refund: the tax in it, returned or not. */
  parts: Map<string, number>;
}

/**
 * The tax in a part that goes back: as much of the tax as of the payment has gone back by then, so that the last part takes
 * the rest, however many cents were rounded before.
 */
export function taxOfPart(payment: TaxedPayment, partCents: number): number {
  const { amountCents, taxCents, backCents, backTaxCents } = payment;
  const [whole, gone] = [BigInt(amountCents), BigInt(backCents + partCents)];
  const due = Number((BigInt(taxCents) * gone * 2n + whole) / (whole * 2n)) - backTaxCents;
  return Math.max(0, Math.min(due, partCents, taxCents - backTaxCents));
}

/** The tax that a move moves, in cents, which the payment then knows of. A decided dispute moves what was disputed. */
export function taxOfMove(payment: TaxedPayment, { kind, objectId, amountCents }: Move): number {
  if (kind === 'payment') return payment.taxCents;
  if (kind === 'refund' || kind === 'dispute') {
    const tax = taxOfPart(payment, amountCents);
    payment.parts.set(objectId, tax);
    payment.backCents += amountCents;
    payment.backTaxCents += tax;
    return tax;
  }
  const tax = payment.parts.get(objectId) ?? 0;
  if (kind !== 'dispute_lost') {
    payment.backCents -= amountCents;
    payment.backTaxCents -= tax;
  }
  return tax;
}

/** Moves the tax of a move beside it. What was disputed is out of the tax since the dispute began. */
export function bookTax(
  book: AccountBook,
  { kind }: Move,
  taxCents: number,
  newId: () => string,
): void {
  if (taxCents === 0 || kind === 'dispute_lost') return;
  const { cash, taxPayable } = platformLedger;
  const amount = nanoUsdOf(taxCents);
  const isBack = kind === 'refund' || kind === 'dispute';
  book.transfers.push({
    ...{ id: newId(), kind: isBack ? 'tax_reversal' : 'tax', amount },
    ...(isBack
      ? { debitAccount: taxPayable, creditAccount: cash }
      : { debitAccount: cash, creditAccount: taxPayable }),
  });
}
