import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('waits until the check holds and returns its value', async () => {
    let tries = 0;
    const value = await eventually(() => {
      tries += 1;
      if (tries < 3) throw new Error('not yet');
      return tries;
    });
    expect(value).toBe(3);
  });

  it('fails with the last error when time is up', async () => {
    const never = eventually(() => Promise.reject(new Error('never')), { timeoutMs: 50 });
    await expect(never).rejects.toThrow('never');
  });
});
