import { expect, it } from '@jest/globals';
import { noTokens } from '@modelbridge/contracts';
import { compare } from './compare.js';
import type { Records } from './records.js';

const tokens = { ...noTokens, inputTokens: 10, outputTokens: 20 };
const cost = 10n * 600n + 20n * 3_000n;
const ids = { requestId: 'req_1', keyId: 'key_1', accountId: 'acct_1' };
const atRest = { settledBefore: 1_000, atRest: true };
const underLoad = { settledBefore: 0, atRest: false };

const asked = {
  ...{ nonce: 'soak-1-', keyId: 'key_1', model: 'kimi-k2.5', requestId: 'req_1', status: 200 },
  ...{ complete: true, hasText: true, reported: { inputTokens: 10, outputTokens: 20 } },
  ...{ startedAt: 1, endedAt: 2, gateway: 0 },
};
const headless = { ...asked, requestId: '', status: 0, complete: false, reported: undefined };
const row = {
  ...ids,
  ...{ model: 'kimi-k2.5', outcome: 'completed', estimated: false, tokens },
  ...{ costNanoUsd: cost, overrunNanoUsd: 0n },
};
const charge = {
  requestId: 'req_1',
  accountId: 'acct_1',
  chargedNanoUsd: cost,
  overrunNanoUsd: 0n,
};
const counter = {
  ...{ accountId: 'acct_1', scope: 'account', scopeId: 'acct_1', period: 'total' },
  ...{ capNanoUsd: 100_000n, usedNanoUsd: cost, heldNanoUsd: 0n, lowered: false },
};
const served = { nonce: 'soak-1-', model: 'moonshotai/Kimi-K2.5', status: 200, tokens };
const agreeing: Records = {
  asked: [asked],
  rows: [row],
  charges: [charge],
  counters: [counter],
  served: [served],
  paidInNanoUsd: new Map([['acct_1', 100_000n]]),
};
const another = { requestId: 'req_2' };

const unsettled: [string, Partial<Records>][] = [
  ['a reply that came whole without a row', { rows: [], charges: [], counters: [] }],
  ['a row without a charge', { charges: [], counters: [] }],
  ['money that is still held', { counters: [{ ...counter, heldNanoUsd: 1n }] }],
  [
    'a request that was served and whose caller saw nothing',
    { asked: [headless], rows: [], charges: [], counters: [] },
  ],
];
const wrong: [string, Partial<Records>, string[]][] = [
  ['two charges', { charges: [charge, charge], counters: [] }, ['twice']],
  ['two rows', { rows: [row, row] }, ['twice']],
  [
    'a row that nobody asked for',
    {
      rows: [row, { ...row, ...another }],
      charges: [charge, { ...charge, ...another }],
      counters: [],
    },
    ['twice'],
  ],
  [
    'a repetition that is paid for again',
    {
      asked: [asked, { ...asked, ...another }],
      rows: [row, { ...row, ...another }],
      charges: [charge, { ...charge, ...another }],
      counters: [],
    },
    ['twice'],
  ],
  ['a charge without a row', { asked: [], rows: [], served: [] }, ['charged without usage']],
  [
    'another charge than the row says',
    { charges: [{ ...charge, chargedNanoUsd: 1n }], counters: [] },
    ['sums differ'],
  ],
  [
    'a refusal that costs',
    { asked: [{ ...asked, status: 503, reported: undefined }] },
    ['charged though refused'],
  ],
  [
    'other tokens than the caller was told',
    { asked: [{ ...asked, reported: { inputTokens: 10, outputTokens: 21 } }] },
    ['counted wrongly'],
  ],
  [
    'other tokens than the provider counted',
    { served: [{ ...served, tokens: { ...tokens, cacheReadTokens: 1 } }] },
    ['counted wrongly'],
  ],
  [
    'another price than the list has',
    {
      rows: [{ ...row, costNanoUsd: cost - 1n }],
      charges: [{ ...charge, chargedNanoUsd: cost - 1n }],
      counters: [],
    },
    ['priced wrongly'],
  ],
  [
    'more used than charged',
    { counters: [{ ...counter, usedNanoUsd: cost + 1n }] },
    ['sums differ'],
  ],
  ['more spent than paid in', { paidInNanoUsd: new Map([['acct_1', cost - 1n]]) }, ['overspent']],
  ['more spent than the cap', { counters: [{ ...counter, capNanoUsd: cost - 1n }] }, ['overspent']],
];

it('is content with books that agree', () => {
  expect(compare(agreeing, atRest)).toEqual([]);
  expect(compare({ ...agreeing, asked: [headless] }, atRest)).toEqual([]);
});

it.each(unsettled)('finds %s once it must have arrived', (_, change) => {
  const records = { ...agreeing, ...change };
  expect(compare(records, underLoad)).toEqual([]);
  expect(compare(records, atRest)).toHaveLength(1);
});

it.each(wrong)('finds %s', (_, change, kinds) => {
  const found = compare({ ...agreeing, ...change }, atRest);
  expect(found.map(({ kind }) => kind)).toEqual(kinds);
});
