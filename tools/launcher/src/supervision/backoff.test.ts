import { describe, expect, it } from '@jest/globals';
import { nextDelayMs } from './backoff.js';

describe('the wait before a restart', () => {
  it('doubles from 250 ms to 10 s', () => {
    const delays: number[] = [];
    for (let index = 0; index < 8; index += 1) delays.push(nextDelayMs(delays.at(-1), 100));
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('is none after 30 s of running, once', () => {
    expect(nextDelayMs(8000, 29_999)).toBe(10_000);
    expect(nextDelayMs(undefined, 30_000)).toBe(0);
    expect(nextDelayMs(8000, 30_000)).toBe(0);
    expect(nextDelayMs(0, 100)).toBe(250);
  });
});
