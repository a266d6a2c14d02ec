import { describe, expect, it } from '@jest/globals';
import { nextDelayMs } from './backoff.js';

function delaysOf(count: number, wasReady: boolean): number[] {
  const delays: number[] = [];
  while (delays.length < count) {
    delays.push(nextDelayMs(delays.at(-1), { uptimeMs: 100, wasReady }));
  }
  return delays;
}

describe('the wait before a restart', () => {
  it('doubles from 250 ms to 10 s where the process does not become ready', () => {
    expect(delaysOf(8, false)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('is at most 1 s where it had become ready, whatever it was before', () => {
    expect(delaysOf(4, true)).toEqual([250, 500, 1000, 1000]);
    expect(nextDelayMs(10_000, { uptimeMs: 100, wasReady: true })).toBe(1000);
  });

  it('is none after 30 s of running, once', () => {
    expect(nextDelayMs(8000, { uptimeMs: 29_999, wasReady: false })).toBe(10_000);
    expect(nextDelayMs(undefined, { uptimeMs: 30_000, wasReady: true })).toBe(0);
    expect(nextDelayMs(8000, { uptimeMs: 30_000, wasReady: false })).toBe(0);
    expect(nextDelayMs(0, { uptimeMs: 100, wasReady: true })).toBe(250);
  });
});
