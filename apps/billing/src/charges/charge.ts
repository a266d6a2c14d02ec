import type { AccountBook } from '../book/account-book.js';
import { heldBy } from '../book/allowance.js';
import { least } from '../book/amount.js';
import { spendGrants } from '../book/credit-grant.js';
import { freeIn, tightest, use, type Spender } from '../book/counter.js';
import { platformLedger, type TransferKind } from '../book/transfer.js';

/** A finished request as billing charges it. */
export interface RequestCost extends Spender {
  requestId: string;
  /** Null, or of an allowance that was never granted: the request is charged like a late one. */
  allowanceId: string | null;
  /** UTC day in which a request without an allowance counts. */
  startedDay: string;
  /** Nano-USD. */
  cost: bigint;
  ledgerSequence: number;
  bodyHash: string;
  model: string;
  /** Of all classes. */
  inputTokens: number;
  outputTokens: number;
}

export interface Charge {
  request: RequestCost;
  /** UTC day in which it counts. */
  day: string;
  charged: bigint;
  /** The part of it that granted credit paid. */
  granted: bigint;
  /** Cost that no limit could bear: the platform's loss, never the customer's. */
  overrun: bigint;
  /** The ledger's transfer of paid money; null where granted credit paid for all of it. */
  transferId: string | null;
  /** One of each grant that paid. */
  grantedTransferIds: string[];
}

/**
 * Charges one request: out of its allowance's hold; what the hold does not cover, out of what is free
 * in every scope; the rest is overrun. Granted credit pays before paid money. A cost is never dropped, however late it
 * comes.
 */
export function chargeRequest(
  book: AccountBook,
  request: RequestCost,
  newId: () => string,
): Charge {
  const allowance = allowanceOf(book, request);
  const day = allowance?.grantedDay ?? request.startedDay;
  const counters = book.countersOf(request, day);
  const fromHold = allowance === undefined ? 0n : least(request.cost, heldBy(allowance));
  const beyond = request.cost - fromHold;
  const free = tightest(counters, freeIn).left;
  const fromFree = free <= 0n ? 0n : least(beyond, free);
  use(counters, fromHold, fromFree);
  const charged = fromHold + fromFree;
  const overrun = beyond - fromFree;
  if (allowance !== undefined) {
    allowance.settled += fromHold;
    allowance.beyond += beyond;
    const reported = least(beyond, allowance.writtenOff);
    allowance.writtenOff -= reported;
    post(book, 'write_off_reversal', newId, reported);
    if (allowance.state === 'closed' && heldBy(allowance) === 0n) allowance.state = 'ended';
  }
  const { granted, transferIds } = spendGrants(book, charged, newId);
  book.account.balance -= charged - granted;
  const transferId = post(book, 'charge', newId, charged - granted);
  post(book, 'overrun', newId, overrun);
  return { request, day, charged, granted, overrun, transferId, grantedTransferIds: transferIds };
}

function allowanceOf(book: AccountBook, { allowanceId, userId, keyId }: RequestCost) {
  const allowance = allowanceId === null ? undefined : book.allowances.get(allowanceId);
  return allowance?.userId === userId && allowance.keyId === keyId ? allowance : undefined;
}

function post(
  book: AccountBook,
  kind: Extract<TransferKind, 'charge' | 'overrun' | 'write_off_reversal'>,
  newId: () => string,
  amount: bigint,
): string | null {
  if (amount === 0n) return null;
  const id = newId();
  const sides = {
    charge: [book.account.customerLedger, platformLedger.revenue],
    overrun: [platformLedger.overrunLoss, platformLedger.revenue],
    write_off_reversal: [platformLedger.unreported, platformLedger.writtenOff],
  } as const;
  const [debitAccount, creditAccount] = sides[kind];
  book.transfers.push({ id, kind, debitAccount, creditAccount, amount });
  return id;
}
