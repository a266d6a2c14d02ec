import type { AccountBook } from '../book/account-book.js';
import { heldBy, type Allowance, type Closed } from '../book/allowance.js';
import { most } from '../book/amount.js';
import { release } from '../book/counter.js';
import { platformLedger } from '../book/transfer.js';
import { giveBackRate, type RateUnused } from '../rates/rate.js';

/** Takes back what the gateway did not spend. `spent` is its exact total, charged already or not. */
export function close(
  book: AccountBook,
  allowance: Allowance,
  spent: bigint,
  unused: readonly RateUnused[] = [],
): Closed {
  if (allowance.state === 'ended') return { type: 'closed', released: 0n };
  const inTransit = most(0n, spent - allowance.settled - allowance.beyond);
  const released = most(0n, heldBy(allowance) - inTransit);
  giveBack(book, allowance, released);
  giveBackRate(book, allowance, unused);
  allowance.state = heldBy(allowance) === 0n ? 'ended' : 'closed';
  return { type: 'closed', released };
}

/** Ends an allowance whose every charge is posted: what it still holds was not spent. */
export function releaseRest(book: AccountBook, allowance: Allowance): bigint {
  const rest = heldBy(allowance);
  giveBack(book, allowance, rest);
  allowance.state = 'ended';
  return rest;
}

/** Ends an allowance on which nobody reported by expiry + grace. */
export function writeOff(book: AccountBook, allowance: Allowance, transferId: string): bigint {
  const rest = releaseRest(book, allowance);
  allowance.writtenOff += rest;
  if (rest > 0n) {
    book.transfers.push({
      id: transferId,
      kind: 'write_off',
      debitAccount: platformLedger.writtenOff,
      creditAccount: platformLedger.unreported,
      amount: rest,
    });
  }
  return rest;
}

function giveBack(book: AccountBook, allowance: Allowance, amount: bigint): void {
  release(book.countersOf(allowance, allowance.grantedDay), amount);
  allowance.released += amount;
}
