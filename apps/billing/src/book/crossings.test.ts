import { describe, expect, it } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import { sampleAccount } from '../testing/sample-account.js';
import { AccountBook, totalKeyOf, type Account } from './account-book.js';
import { crossingsOf } from './crossings.js';
import type { Counter, CounterKey } from './counter.js';

const accountId = uuidOf('account', newId('account'));
const userId = newId('user');
const usd = 1_000_000_000n;

function bookOf(values: Partial<Account> = {}): AccountBook {
  return new AccountBook(sampleAccount({ id: accountId, balanceLow: 5n * usd, ...values }));
}

const total = totalKeyOf(accountId);
const monthly: CounterKey = {
  scope: 'member',
  scopeId: uuidOf('user', userId),
  period: 'month',
  periodStart: '2026-03-01',
};

function counter(key: CounterKey, cap: bigint | null, used: bigint): Counter {
  return { ...key, cap, used, held: 0n, lowered: false };
}

/** The kinds that are told where one counter goes from one use to another; amounts in USD. */
function told(
  key: CounterKey,
  [capBefore, usedBefore]: [number | null, number],
  [cap, used]: [number | null, number],
  values: Partial<Account> = {},
): string[] {
  const nano = (amount: number): bigint => BigInt(Math.round(amount * 1_000)) * 1_000_000n;
  const of = (limit: number | null, use: number): Counter =>
    counter(key, limit === null ? null : nano(limit), nano(use));
  const book = bookOf(values);
  const change = { before: of(capBefore, usedBefore), after: of(cap, used) };
  return crossingsOf(book, book.account, [change]).map(({ kind }) => kind);
}

describe('a balance', () => {
  it.each<[string, [number, number], [number, number], string[]]>([
    ['falls below the threshold', [20, 14], [20, 15.001], ['balance_low']],
    ['falls to the threshold', [20, 14], [20, 15], []],
    ['falls on below it', [20, 16], [20, 17], []],
    ['rises above it', [20, 16], [40, 16], []],
    ['falls below it by a refund', [20, 10], [13, 10], ['balance_low']],
    ['falls again after it was back', [40, 30], [40, 36], ['balance_low']],
    ['falls to nothing at once', [20, 14], [20, 20], ['balance_exhausted']],
    ['falls to nothing from below the threshold', [20, 19], [20, 20], ['balance_exhausted']],
    ['falls to nothing by a refund', [20, 10], [10, 10], ['balance_exhausted']],
    ['was nothing and stays so', [20, 20], [25, 25], []],
  ])('that %s', (_, before, after, expected) => {
    expect(told(total, before, after)).toEqual(expected);
  });

  it('has no threshold at 0, and none on invoice', () => {
    expect(told(total, [20, 14], [20, 19], { balanceLow: 0n })).toEqual([]);
    expect(told(total, [20, 14], [20, 20], { balanceLow: 0n })).toEqual(['balance_exhausted']);
    expect(
      told(total, [120, 14], [120, 18], { billingMode: 'invoice', creditLine: 100n * usd }),
    ).toEqual([]);
  });

  it('below zero uses the credit line, which is told at 80 and 100 %', () => {
    const invoice = { billingMode: 'invoice', creditLine: 100n * usd } as const;
    expect(told(total, [120, 99], [120, 100], invoice)).toEqual(['limit_reached_80']);
    expect(told(total, [120, 100], [120, 120], invoice)).toEqual(['limit_reached_100']);
    expect(told(total, [120, 20], [120, 99.9], invoice)).toEqual([]);
  });
});

describe('a limit', () => {
  it.each<[string, [number | null, number], [number | null, number], string[]]>([
    ['reaches 80 %', [10, 7.999], [10, 8], ['limit_reached_80']],
    ['stays below', [10, 7], [10, 7.999], []],
    ['is above 80 % already', [10, 8], [10, 9], []],
    ['is used up', [10, 9], [10, 10], ['limit_reached_100']],
    ['goes from below 80 % to the end at once', [10, 1], [10, 10], ['limit_reached_100']],
    ['is lowered', [100, 9], [10, 9], ['limit_reached_80']],
    ['is none', [null, 1], [null, 100], []],
    ['is 0 and nothing is used', [10, 0], [0, 0], []],
  ])('that %s', (_, before, after, expected) => {
    expect(told(monthly, before, after)).toEqual(expected);
  });

  it('is told once for each period and amount: its cause names both', () => {
    const causeOf = (cap: bigint, used: bigint, periodStart = monthly.periodStart) => {
      const key = { ...monthly, periodStart };
      const change = { before: counter(key, cap, 0n), after: counter(key, cap, used) };
      return crossingsOf(bookOf(), { creditLine: 0n }, [change])[0];
    };
    expect(causeOf(10n, 8n)?.cause).toBe(causeOf(10n, 9n)?.cause);
    expect(causeOf(10n, 8n)?.cause).not.toBe(causeOf(20n, 16n)?.cause);
    expect(causeOf(10n, 8n)?.cause).not.toBe(causeOf(10n, 8n, '2026-04-01')?.cause);
    expect(causeOf(10n, 8n)?.facts).toEqual({
      scope: 'member',
      scope_id: userId,
      period: 'month',
      period_start: '2026-03-01',
      limit_nano_usd: '10',
      used_nano_usd: '8',
    });
  });
});
