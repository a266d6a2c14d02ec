import { describe, expect, it } from '@jest/globals';
import { nextVersion } from './snapshot.js';

describe('the version of a snapshot', () => {
  it('grows within one millisecond and when the clock steps back', () => {
    const now = new Date('2026-08-01T00:00:00Z');
    const first = nextVersion(0n, now);
    const second = nextVersion(first, now);
    const third = nextVersion(second, new Date(now.getTime() - 60_000));
    expect(second).toBe(first + 1n);
    expect(third).toBe(second + 1n);
  });

  it('is higher after a restart', () => {
    const before = nextVersion(0n, new Date('2026-08-01T00:00:00Z'));
    expect(nextVersion(0n, new Date('2026-08-01T00:00:05Z'))).toBeGreaterThan(before);
  });
});
