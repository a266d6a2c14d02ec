import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { clerkBounds } from './bounds.js';
import { SigningKeys, type Jwk } from './signing-keys.js';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = (kid: string): Jwk => ({ ...publicKey.export({ format: 'jwk' }), kid });

describe('the signing keys of Clerk', () => {
  let nowMs: number;
  let served: string[] | Error;
  let fetches: number;
  let keys: SigningKeys;

  beforeEach(() => {
    nowMs = 0;
    served = ['a'];
    fetches = 0;
    keys = new SigningKeys(
      async () => {
        fetches += 1;
        if (served instanceof Error) throw served;
        return served.map(jwk);
      },
      () => nowMs,
    );
  });

  it('are fetched once for many tokens', async () => {
    await Promise.all([keys.find('a'), keys.find('a'), keys.find('a')]);
    expect(await keys.find('a')).toMatch('BEGIN PUBLIC KEY');
    expect(fetches).toBe(1);
  });

  it('know no key that was rotated out, as soon as they are not fresh any more', async () => {
    await keys.find('a');
    served = ['b'];
    nowMs = clerkBounds.keysFreshMs - 1;
    expect(await keys.find('a')).toBeDefined();
    nowMs = clerkBounds.keysFreshMs;
    expect(await keys.find('a')).toBeUndefined();
  });

  it('know a new key at once, and with it no key that was rotated out', async () => {
    await keys.find('a');
    served = ['b'];
    nowMs = clerkBounds.keysAgainMs;
    expect(await keys.find('b')).toBeDefined();
    expect(await keys.find('a')).toBeUndefined();
  });

  it('are not asked for by every forged token', async () => {
    await keys.find('a');
    for (let i = 0; i < 100; i += 1) expect(await keys.find(`forged ${i}`)).toBeUndefined();
    expect(fetches).toBe(1);
  });

  it('bridge a minute in which Clerk does not answer, and no more', async () => {
    await keys.find('a');
    served = new Error('no answer');
    nowMs = clerkBounds.keysUsableMs - 1;
    expect(await keys.find('a')).toBeDefined();
    nowMs = clerkBounds.keysUsableMs;
    await expect(keys.find('a')).rejects.toThrow('no answer');
  });
});
