import { describe, expect, it } from '@jest/globals';
import { bounds } from '../bounds.js';
import { retryAfter, saidDelay } from './retry-after.js';

const now = Date.parse('2026-08-01T00:00:00Z');
const usual = bounds.retryAfterMs;
const most = bounds.maxRetryAfterMs;

describe('retryAfter', () => {
  it.each<[Record<string, string>, string, number]>([
    [{ 'retry-after': '3' }, '', 3_000],
    [{ 'retry-after': '7', 'retry-after-ms': '6500' }, '', 6_500],
    [{ 'retry-after': 'Sat, 01 Aug 2026 00:00:09 GMT' }, '', 9_000],
    [{ 'retry-after': 'Fri, 31 Jul 2026 00:00:00 GMT' }, '', usual],
    [{ 'retry-after': '-5' }, '', usual],
    [{ 'retry-after': 'soon' }, '', usual],
    [{ 'retry-after': '0' }, '', usual],
    [{ 'retry-after': '86400' }, '', most],
    [{}, '', usual],
    [{}, 'Rate limit reached. Please try again in 11.054s. Visit …', 11_054],
    [{ 'retry-after': 'soon' }, 'Please try again in 200ms.', 200],
    [{}, 'Please try again in 6h0m0s.', most],
    [{}, 'Please try again later.', usual],
  ])('reads %j and %j', (headers, message, ms) => {
    expect(retryAfter(headers, message, now)).toBe(ms);
  });
});

describe('saidDelay', () => {
  it.each([
    ['try again in 1m2.5s', most],
    ['Try again in 20 seconds.', 20_000],
    ['try again in 1 second', 1_000],
    ['try again in 0s', undefined],
    ['try again in May', undefined],
    ['', undefined],
  ])('reads %j', (message, ms) => {
    expect(saidDelay(message)).toBe(ms);
  });
});
