import { beforeEach, describe, expect, it } from '@jest/globals';
import { PeerClocks } from './peer-clocks.js';

describe('clocks beside each other', () => {
  const start = Date.UTC(2026, 10, 28);
  let elapsedMs: number;
  let aheadMs: number;
  let clocks: PeerClocks;

  beforeEach(() => {
    elapsedMs = 1_000_000;
    aheadMs = 0;
    clocks = new PeerClocks(
      () => start + elapsedMs + aheadMs,
      () => elapsedMs,
    );
  });
  const trueTime = (): number => start + elapsedMs;

  it.each([31_000, -31_000])('shows one that is %d ms off, whatever the way took', (offMs) => {
    aheadMs = offMs;
    clocks.heard('billing', trueTime(), 0);
    // Written at the beginning, and at the end, of a call that took 500 ms.
    clocks.heard('auth', trueTime() - 500, 500);
    clocks.heard('usage-ledger', trueTime(), 500);
    for (const ms of clocks.aheadMs().values())
      expect(Math.abs(ms - offMs)).toBeLessThanOrEqual(500);
    expect(clocks.isOff(30_000)).toBe(true);
    expect(clocks.isOff(32_000)).toBe(false);
  });

  it('takes an answer that was long on its way for no sign of anything', () => {
    for (const peer of ['billing', 'auth']) clocks.heard(peer, trueTime() - 60_000, 60_000);
    expect([...clocks.aheadMs().values()]).toEqual([0, 0]);
    expect(clocks.isOff(30_000)).toBe(false);
  });

  it('believes no single peer, and none that another contradicts', () => {
    clocks.heard('billing', trueTime() + 90_000, 1);
    expect(clocks.isOff(30_000)).toBe(false);
    clocks.heard('auth', trueTime(), 1);
    expect(clocks.isOff(30_000)).toBe(false);
    clocks.heard('auth', trueTime() + 90_000, 1);
    expect(clocks.isOff(30_000)).toBe(true);
  });

  it('shows at once that it was set, though nobody has answered since', () => {
    for (const peer of ['billing', 'auth']) clocks.heard(peer, trueTime(), 1);
    elapsedMs += 20_000;
    expect(clocks.isOff(30_000)).toBe(false);
    aheadMs = 40_000;
    expect(clocks.isOff(30_000)).toBe(true);
  });

  it('forgets who has said nothing for a minute', () => {
    for (const peer of ['billing', 'auth']) clocks.heard(peer, trueTime() + 90_000, 1);
    elapsedMs += 60_001;
    expect(clocks.aheadMs().size).toBe(0);
    expect(clocks.isOff(30_000)).toBe(false);
  });
});
