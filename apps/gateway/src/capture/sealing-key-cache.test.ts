import { describe, expect, it } from '@jest/globals';
import { SealingKeyCache } from './sealing-key-cache.js';

const sealing = (usableUntil = 100) => ({ key: Buffer.alloc(32, 7), usableUntil });
const isWiped = (key: Buffer): boolean => key.every((byte) => byte === 0);

describe('known sealing keys', () => {
  it('are of one author and day, and wiped when their time is over', () => {
    const cache = new SealingKeyCache(10);
    const { key } = sealing();
    cache.put('ada', 'mon', { key, usableUntil: 100 });
    expect(cache.get('ada', 'mon', 99)).toBe(key);
    expect(cache.get('ada', 'tue', 99)).toBeUndefined();
    expect(cache.get('bob', 'mon', 99)).toBeUndefined();
    expect(isWiped(key)).toBe(false);
    expect(cache.get('ada', 'mon', 100)).toBeUndefined();
    expect([isWiped(key), cache.size]).toEqual([true, 0]);
  });

  it('are wiped without being asked for, by time and by what is destroyed', () => {
    const cache = new SealingKeyCache(10);
    const put = (user: string, day: string, usableUntil?: number): Buffer => {
      const given = sealing(usableUntil);
      cache.put(user, day, given);
      return given.key;
    };
    const over = put('ada', 'mon', 50);
    const others = [put('ada', 'tue'), put('bob', 'mon')] as const;
    cache.wipeOver(50);
    expect([isWiped(over), ...others.map(isWiped)]).toEqual([true, false, false]);
    cache.wipeWhere(({ day }) => day === 'mon');
    expect(others.map(isWiped)).toEqual([false, true]);
    cache.wipeWhere(({ userId }) => userId === 'ada');
    expect([others.map(isWiped), cache.size]).toEqual([[true, true], 0]);
  });

  it('are as many as the bound says: the oldest is wiped for another', () => {
    const cache = new SealingKeyCache(2);
    const keys = ['a', 'b', 'c'].map((user) => {
      const given = sealing();
      cache.put(user, 'mon', given);
      return given.key;
    });
    expect(keys.map(isWiped)).toEqual([true, false, false]);
    const again = sealing();
    cache.put('c', 'mon', again);
    expect([isWiped(keys[2]!), isWiped(again.key), cache.size]).toEqual([true, false, 2]);
  });
});
