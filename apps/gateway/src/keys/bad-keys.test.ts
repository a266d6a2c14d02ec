import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { Metadata, status } from '@grpc/grpc-js';
import { apiKeySha256, createApiKey } from '@modelbridge/api-key';
import { newId } from '@modelbridge/contracts';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { bounds } from '../bounds.js';
import { KeysService } from './keys.service.js';

/** As many checks as one address has, every one in vain. */
const share = bounds.maxKeyChecks / 2;

const rules = await readFile(
  new URL('../../../../deploy/alerts/keys.yml', import.meta.url),
  'utf8',
);
/** What the rules look at, such as `gateway_refused_keys_total{code="invalid_api_key"}`. */
const alerted = [...rules.matchAll(/\b[a-z]+_\w+_total\{\w+="\w+"\}/g)].map(
  ([selector]) => selector,
);

function keysWith(known: Set<string>, metrics = new Metrics('gateway')) {
  let calls = 0;
  const auth = {
    pausedMs: () => 0,
    resolveKey: ({ keySha256 }: { keySha256: Buffer }) => {
      calls += 1;
      const keyId = keySha256.toString('hex');
      if (!known.has(keyId)) {
        const absent = { code: status.NOT_FOUND, metadata: new Metadata() };
        return Promise.reject(Object.assign(new Error('not found'), absent));
      }
      const key = { keyId, name: 'ci', accountId: newId('account'), userId: newId('user') };
      return Promise.resolve({ key: { ...key, publicId: 'public' } });
    },
  };
  const keys = new KeysService(
    auth as never,
    { isConnected: true } as never,
    {
      TRUSTED_PROXIES: 1,
    },
    metrics,
  );
  return { keys, calls: () => calls };
}

const from = (address: string) => ({
  headers: { 'x-forwarded-for': `forged, ${address}` },
  socket: { remoteAddress: '10.0.0.1' },
});

describe('keys that nobody knows', () => {
  it('are counted where the rules of alerts look, from the start', async () => {
    const metrics = new Metrics('gateway');
    const { keys } = keysWith(new Set(), metrics);
    const counts = async () =>
      Object.fromEntries(
        (await metrics.registry.metrics())
          .replaceAll(',service="gateway"', '')
          .split('\n')
          .filter((line) => line.startsWith('gateway_refused_keys_total{'))
          .map((line) => line.split(' ') as [string, string]),
      );
    const looked = alerted.filter((selector) => selector.startsWith('gateway_'));
    expect(looked).toHaveLength(2);
    expect(await counts()).toEqual(Object.fromEntries(looked.map((name) => [name, '0'])));
    const attacker = from('203.0.113.9');
    for (let tried = 0; tried <= share; tried += 1) {
      await Promise.resolve(keys.resolve(createApiKey().apiKey, attacker)).catch(() => undefined);
    }
    expect(await counts()).toEqual({
      'gateway_refused_keys_total{code="invalid_api_key"}': String(share),
      'gateway_refused_keys_total{code="too_many_bad_keys"}': '1',
    });
  });

  it('slows an address down that tries bad keys, at no look-up, and nobody else', async () => {
    const good = createApiKey().apiKey;
    const { keys, calls } = keysWith(new Set([apiKeySha256(good).toString('hex')]));
    const attacker = from('203.0.113.1');
    await keys.resolve(good, attacker);
    for (let tried = 0; tried < share; tried += 1) {
      await expect(keys.resolve(createApiKey().apiKey, attacker)).rejects.toMatchObject({
        status: 401,
      });
    }
    const before = calls();
    await expect(keys.resolve(createApiKey().apiKey, attacker)).rejects.toMatchObject({
      status: 429,
      code: 'too_many_bad_keys',
      options: { retryAfterMs: bounds.badKeyMs },
    });
    expect(calls()).toBe(before);
    expect(keys.resolve(good, attacker)).toMatchObject({ name: 'ci' });
    await expect(keys.resolve(createApiKey().apiKey, from('203.0.113.2'))).rejects.toMatchObject({
      status: 401,
    });
  });

  it('asks nobody about a key with a wrong checksum', () => {
    const { keys, calls } = keysWith(new Set());
    const { apiKey } = createApiKey();
    const forged = apiKey.slice(0, -1) + (apiKey.endsWith('0') ? '1' : '0');
    expect(() => keys.resolve(forged, from('203.0.113.1'))).toThrow(
      expect.objectContaining({ status: 401 }),
    );
    expect(calls()).toBe(0);
  });
});
