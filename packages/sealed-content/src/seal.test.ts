import { createDecipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { idFromUuid, newId } from '@modelbridge/contracts';
import fc from 'fast-check';
import { dayOf } from './day.js';
import { open, seal, sealedOverheadBytes } from './seal.js';

const key = randomBytes(32);
const binding = {
  accountId: newId('account'),
  userId: newId('user'),
  requestId: newId('request'),
};
const text = Buffer.from('what nobody else may read');
const lastOfDay = idFromUuid('request', '0199f2a8-a3ff-7abc-8abc-0123456789ab');

describe('a sealed content', () => {
  it('opens with its key and binding, whatever it says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const sealed = seal(key, binding, Buffer.from(bytes));
        expect(sealed).toHaveLength(bytes.length + sealedOverheadBytes);
        expect(open(key, binding, sealed)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each([
    ['account', { accountId: newId('account') }],
    ['author', { userId: newId('user') }],
    ['request of the same day', { requestId: newId('request') }],
    ['day', { requestId: lastOfDay }],
  ])('does not open for another %s', (_, other) => {
    expect(open(key, { ...binding, ...other }, seal(key, binding, text))).toBeUndefined();
  });

  it('does not open under another key', () => {
    expect(open(randomBytes(32), binding, seal(key, binding, text))).toBeUndefined();
  });

  it('does not open with any bit changed', () => {
    const sealed = seal(key, binding, text);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(7), (at, bit) => {
        const changed = Buffer.from(sealed);
        changed[at]! ^= 1 << bit;
        expect(open(key, binding, changed)).toBeUndefined();
      }),
    );
  });

  it('does not open cut anywhere, nor with more behind it', () => {
    const sealed = seal(key, binding, text);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(open(key, binding, sealed.subarray(0, length))).toBeUndefined();
    }
    expect(open(key, binding, Buffer.concat([sealed, Buffer.alloc(1)]))).toBeUndefined();
  });

  it('has a tag of 16 bytes: a shorter one, which the cipher itself would take, opens nothing', () => {
    const sealed = seal(key, binding, text);
    const tagAt = sealed.length - 16;
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
    decipher.setAuthTag(sealed.subarray(tagAt, tagAt + 4));
    expect(open(key, binding, sealed.subarray(0, tagAt + 4))).toBeUndefined();
  });

  it('never has the same IV twice, and never the same bytes', () => {
    const ivs = Array.from({ length: 1_000 }, () =>
      seal(key, binding, text).subarray(1, 13).toString('hex'),
    );
    expect(new Set(ivs).size).toBe(ivs.length);
  });

  it('wants a key of 32 bytes, and ids', () => {
    expect(() => seal(randomBytes(16), binding, text)).toThrow();
    expect(() => seal(key, { ...binding, requestId: 'req_1' }, text)).toThrow('not a req_ id');
  });
});

describe('the day of a request', () => {
  it('is the UTC day of its id', () => {
    expect(dayOf(idFromUuid('request', '0199f2a8-0bff-7abc-8abc-0123456789ab'))).toBe('2025-10-17');
    const midnight = Date.UTC(2026, 10, 29);
    const at = (ms: number): string => {
      const hex = ms.toString(16).padStart(12, '0');
      return idFromUuid('request', `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8abc-0123456789ab`);
    };
    expect([dayOf(at(midnight - 1)), dayOf(at(midnight))]).toEqual(['2026-11-28', '2026-11-29']);
  });
});
