import { describe, expect, it } from '@jest/globals';
import { AccountBook } from '../book/account-book.js';
import type { Allowance } from '../book/allowance.js';
import { sampleAccount } from '../testing/sample-account.js';
import { noRateDemand, shareOf, windowMs, windowStartOf, type RateDemand } from './rate.js';

const now = new Date('2026-03-14T12:00:10Z');
const windowStart = windowStartOf(now, false);

function bookOf(gateways: number): AccountBook {
  const plan = {
    name: 'free',
    version: 1,
    effectiveFrom: now,
    monthlyPriceCents: 0,
    includedCredit: 0n,
    limits: { requestsPerMinute: 60n, tokensPerMinute: 500_000n, concurrentRequests: 10 },
    maxTeamMembers: null,
  } as const;
  const book = new AccountBook(sampleAccount({ plan }));
  book.rates.openWindow({ keyId: 'key', windowStart, requests: 0n, tokens: 0n });
  for (let gateway = 0; gateway < gateways; gateway += 1) {
    book.rates.openSlice({ allowanceId: String(gateway), windowStart, requests: 0n, tokens: 0n });
  }
  return book;
}

const demand: RateDemand = { ...noRateDemand, needed: { requests: 5n, tokens: 0n } };

/** Requests that 40 gateways may admit when each asks for five. */
function granted(book: AccountBook, seenBy: (book: AccountBook) => AccountBook): bigint {
  let requests = 0n;
  for (let gateway = 0; gateway < 40; gateway += 1) {
    const holder = { keyId: 'key', allowanceId: String(gateway), slots: 0 };
    const share = shareOf(seenBy(book), holder, demand, now);
    if (share === undefined || 'refused' in share) continue;
    share.take({ keyId: 'key', slots: 0 } as Allowance);
    requests += share.answer.requests;
  }
  return requests;
}

describe('shares of a rate limit', () => {
  it('add up to the limit over any number of gateways', () => {
    expect(granted(bookOf(40), (book) => book)).toBe(60n);
  });

  it('add up to many times the limit where gateways do not see each other (control)', () => {
    expect(granted(bookOf(40), () => bookOf(40))).toBe(200n);
  });

  it('are counted by the UTC minute', () => {
    expect(windowStartOf(now, false)).toBe(Date.parse('2026-03-14T12:00:00Z'));
    expect(windowStartOf(now, true)).toBe(windowStart + windowMs);
  });
});
