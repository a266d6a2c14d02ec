import { randomUUID } from 'node:crypto';
import { idFromUuid } from '@modelbridge/contracts';
import { limitScopeIdKinds } from '@modelbridge/contracts/limits';
import type { NewNotice } from '../notices/notice.js';
import type { Account, AccountBook, AnsweredStep } from './account-book.js';
import type { Counter, CounterKey } from './counter.js';

interface Change {
  before: Counter;
  after: Counter;
}

/**
 * What an account is told because a transaction has taken it over a boundary: a balance that fell below the account's
 * threshold, a limit of which 80 or 100 % are used. A fall is told again once the balance was back above, a limit once
 * for each period and amount. Runs for every charge: looks at what changed, and asks nobody.
 */
export function crossingsOf(
  book: AccountBook,
  before: Pick<Account, 'creditLine'>,
  changes: readonly Change[],
): NewNotice[] {
  const notices: NewNotice[] = [];
  for (const change of changes) {
    const { scope, period } = change.after;
    const notice =
      scope === 'account' && period === 'total'
        ? balanceCrossing(book, before.creditLine, change)
        : limitCrossing(book.account.id, change.after, shareOf(change.before), {
            limit: change.after.cap,
            used: change.after.used,
          });
    if (notice !== undefined) notices.push(notice);
  }
  return notices;
}

/** Nano-USD that are paid in or granted and not spent; below zero on a credit line. */
function balanceOf({ cap, used }: Counter, creditLine: bigint): bigint {
  return (cap ?? 0n) - used - creditLine;
}

function balanceCrossing(
  book: AccountBook,
  creditLineBefore: bigint,
  { before, after }: Change,
): NewNotice | undefined {
  const { id: accountId, billingMode, creditLine, balanceLow } = book.account;
  const [was, is] = [balanceOf(before, creditLineBefore), balanceOf(after, creditLine)];
  if (billingMode === 'invoice') {
    const share = percentOf(overdrawn(was), creditLineBefore);
    return limitCrossing(accountId, after, share, { limit: creditLine, used: overdrawn(is) });
  }
  if (was > 0n && is <= 0n) return exhausted(accountId, after, is);
  if (was < balanceLow || is >= balanceLow) return undefined;
  return {
    accountId,
    kind: 'balance_low',
    cause: book.transfers[0]?.id ?? randomUUID(),
    facts: { balance_nano_usd: is.toString(), threshold_nano_usd: balanceLow.toString() },
  };
}

/** Told once for each amount that was ever paid in and granted: spending does not change the cap, paying does. */
function exhausted(accountId: string, { cap }: Counter, balance: bigint): NewNotice {
  const facts = { balance_nano_usd: balance.toString() };
  return { accountId, kind: 'balance_exhausted', cause: `cap:${cap}`, facts };
}

function overdrawn(balance: bigint): bigint {
  return balance < 0n ? -balance : 0n;
}

function shareOf({ cap, used }: Counter): 0 | 80 | 100 {
  return percentOf(used, cap);
}

/** The highest boundary that is reached. Nothing is reached of no limit, nor without use. */
function percentOf(used: bigint, limit: bigint | null): 0 | 80 | 100 {
  if (limit === null || used === 0n) return 0;
  if (used >= limit) return 100;
  return used * 100n >= limit * 80n ? 80 : 0;
}

interface Use {
  limit: bigint | null;
  used: bigint;
}

function limitCrossing(
  accountId: string,
  key: CounterKey,
  shareBefore: 0 | 80 | 100,
  use: Use,
): NewNotice | undefined {
  const share = percentOf(use.used, use.limit);
  return share > shareBefore ? limitNotice(accountId, key, share, use) : undefined;
}

function limitNotice(
  accountId: string,
  { scope, scopeId, period, periodStart }: CounterKey,
  share: 0 | 80 | 100,
  { limit, used }: Use,
): NewNotice | undefined {
  if (limit === null || share === 0) return undefined;
  return {
    accountId,
    kind: share === 100 ? 'limit_reached_100' : 'limit_reached_80',
    cause: [scope, scopeId, period, periodStart, limit].join(':'),
    facts: {
      scope,
      scope_id: idFromUuid(limitScopeIdKinds[scope], scopeId),
      period,
      period_start: periodStart,
      limit_nano_usd: limit.toString(),
      used_nano_usd: used.toString(),
    },
  };
}

/**
 * What is told because a limit has refused a request: that it is reached, where 80 % are used. What is left of it is
 * too little for anything like this request, and so may never be used. So it is with a balance that is low.
 */
export function refusalsOf(
  { account }: AccountBook,
  steps: readonly Pick<AnsweredStep, 'answer'>[],
): NewNotice[] {
  return steps.flatMap(({ answer }) => {
    if (answer.type !== 'refused' || answer.reason !== 'insufficient_quota') return [];
    const { limit: counter } = answer;
    if (counter === undefined) return [];
    const isTotal = counter.scope === 'account' && counter.period === 'total';
    if (isTotal && account.billingMode !== 'invoice') return refusedByBalance(account, counter);
    const use = isTotal
      ? { limit: account.creditLine, used: overdrawn(balanceOf(counter, account.creditLine)) }
      : { limit: counter.cap, used: counter.used };
    const share = percentOf(use.used, use.limit) === 0 ? 0 : 100;
    return limitNotice(account.id, counter, share, use) ?? [];
  });
}

function refusedByBalance({ id, balanceLow, creditLine }: Account, total: Counter): NewNotice[] {
  const balance = balanceOf(total, creditLine);
  // Whoever has never paid anything in knows it.
  if (!total.cap) return [];
  return balance <= 0n || balance < balanceLow ? [exhausted(id, total, balance)] : [];
}
