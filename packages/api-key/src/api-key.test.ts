import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apiKeyLength, createApiKey, parseApiKey } from './api-key.js';
import { apiKeySha256, publicIdSha256 } from './digest.js';

/** Made once by this package: a change of the format would lock every customer out. */
const knownKey = 'mb_live_AAAAAAAAAAAA_000000000000000000000000000000001Gdu44';

describe('an API key', () => {
  it('is read back with its public id', () => {
    const { apiKey, publicId } = createApiKey();
    expect(apiKey).toHaveLength(apiKeyLength);
    expect(apiKey.startsWith(`mb_live_${publicId}_`)).toBe(true);
    expect(parseApiKey(apiKey)).toEqual({ publicId, isTest: false });
  });

  it('of a test says so, and cannot be made one by its prefix', () => {
    const { apiKey, publicId } = createApiKey({ isTest: true });
    expect(apiKey.startsWith(`mb_test_${publicId}_`)).toBe(true);
    expect(parseApiKey(apiKey)).toEqual({ publicId, isTest: true });
    expect(parseApiKey(apiKey.replace('mb_test_', 'mb_live_'))).toBeUndefined();
  });

  it('keeps its format for ever', () => {
    expect(parseApiKey(knownKey)).toEqual({ publicId: 'AAAAAAAAAAAA', isTest: false });
  });

  it('is never made twice', () => {
    const keys = Array.from({ length: 1_000 }, () => createApiKey());
    expect(new Set(keys.map(({ apiKey }) => apiKey)).size).toBe(keys.length);
    expect(new Set(keys.map(({ publicId }) => publicId)).size).toBe(keys.length);
  });

  it('uses every base62 digit about equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 2_000; i += 1) {
      for (const digit of createApiKey().apiKey.slice(21, 53)) {
        counts.set(digit, (counts.get(digit) ?? 0) + 1);
      }
    }
    const expected = (2_000 * 32) / 62;
    expect(counts.size).toBe(62);
    // Six standard deviations: byte % 62 without rejection would put eight digits 21 % above the mean.
    const tolerance = 6 * Math.sqrt(expected);
    expect(Math.max(...counts.values()) - expected).toBeLessThan(tolerance);
    expect(expected - Math.min(...counts.values())).toBeLessThan(tolerance);
  });
});

describe('junk', () => {
  it('is refused when any one character differs', () => {
    const { apiKey } = createApiKey();
    fc.assert(
      fc.property(
        fc.nat(apiKey.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, other) => {
          fc.pre(other !== apiKey[at]);
          expect(parseApiKey(apiKey.slice(0, at) + other + apiKey.slice(at + 1))).toBeUndefined();
        },
      ),
    );
  });

  it.each([
    ['nothing', ''],
    ['a trailing line break', `${createApiKey().apiKey}\n`],
    ['a leading space', ` ${createApiKey().apiKey}`],
    ['another platform', 'sk-proj-0123456789abcdef'],
    ['SQL', "' OR '1'='1"],
    ['a megabyte', 'm'.repeat(1_000_000)],
    ['a well-formed key with a wrong checksum', `${createApiKey().apiKey.slice(0, -6)}000000`],
  ])('is refused: %s', (_, text) => {
    expect(parseApiKey(text)).toBeUndefined();
  });
});

describe('digests', () => {
  it('are plain SHA-256', () => {
    expect(apiKeySha256('abc').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(publicIdSha256('abc')).toBe(apiKeySha256('abc').toString('hex'));
  });
});
