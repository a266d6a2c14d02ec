import { describe, expect, it } from '@jest/globals';
import { RequestError } from '../errors/request-error.js';
import { CountSlots } from './count-slots.js';

function statusOf(take: () => unknown): number {
  try {
    take();
    return 200;
  } catch (error) {
    return (error as RequestError).status;
  }
}

describe('CountSlots', () => {
  it('refuses a key its own share with 429 and leaves room for others', () => {
    const slots = new CountSlots({ inAll: 3, perKey: 2 });
    const release = slots.take('one');
    slots.take('one');
    expect(statusOf(() => slots.take('one'))).toBe(429);
    slots.take('two');
    expect(statusOf(() => slots.take('three'))).toBe(503);
    release();
    expect(statusOf(() => slots.take('three'))).toBe(200);
    expect(statusOf(() => slots.take('one'))).toBe(503);
  });
});
