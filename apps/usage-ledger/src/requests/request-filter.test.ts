import { newId } from '@modelbridge/contracts';
import { describe, expect, it } from '@jest/globals';
import { sampleRecord } from '../testing/sample-records.js';
import { isSelective, letsThrough, noFilter, requestFilterSchema } from './request-filter.js';

function badField(given: object): unknown {
  return requestFilterSchema.safeParse(given).error?.issues[0]?.path[0];
}

describe('a filter of requests', () => {
  it.each([
    ['models', { models: [''] }],
    ['models', { models: ['a\0b'] }],
    ['models', { models: Array.from({ length: 51 }, (_, index) => `model-${index}`) }],
    ['keyIds', { keyIds: [newId('user')] }],
    ['userIds', { userIds: ['user_1'] }],
    ['outcomes', { outcomes: ['lost'] }],
    ['statuses', { statuses: [99] }],
    ['result', { result: '' }],
    ['apis', { apis: ['embeddings'] }],
    ['minCostNanoUsd', { minCostNanoUsd: -1n }],
    ['maxCostNanoUsd', { minCostNanoUsd: 2n, maxCostNanoUsd: 1n }],
    ['maxCostNanoUsd', { maxCostNanoUsd: 2n ** 63n }],
    ['startedTo', { startedFrom: new Date(2), startedTo: new Date(2) }],
    ['requestId', { requestId: 'req_u' }],
    ['requestId', { requestId: newId('key') }],
    ['requestId', { requestId: '0'.repeat(27) }],
  ])('is refused by the name of the bad member: %s', (field, given) => {
    expect(badField(given)).toBe(field);
  });

  it('finds a request by any beginning of its id, in any case, with or without the prefix', () => {
    const request = sampleRecord(1);
    const other = sampleRecord(2, { requestId: 'req_7zzzzzzzzzzzzzzzzzzzzzzzzz' });
    for (let length = 0; length <= request.requestId.length; length += 1) {
      for (const from of [0, 'req_'.length]) {
        const text = request.requestId.slice(from, Math.max(from, length));
        for (const requestId of [text, ` ${text.toUpperCase()} `]) {
          const filter = requestFilterSchema.parse({ requestId });
          expect(letsThrough(filter, request)).toBe(true);
          expect(letsThrough(filter, other)).toBe(length <= 'req_'.length);
        }
      }
    }
  });

  it('is selective where it leaves out any request of its times and ids', () => {
    expect(isSelective(noFilter)).toBe(false);
    const at = { startedFrom: new Date(), requestId: newId('request') };
    expect(isSelective(requestFilterSchema.parse(at))).toBe(false);
    expect(isSelective(requestFilterSchema.parse({ ...at, apis: ['messages'] }))).toBe(true);
    expect(isSelective(requestFilterSchema.parse({ minCostNanoUsd: 0n }))).toBe(true);
    expect(isSelective(requestFilterSchema.parse({ result: 'ok' }))).toBe(true);
  });
});
