import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Metadata, status } from '@grpc/grpc-js';
import { createApiKey } from '@modelbridge/api-key';
import { Metrics } from '@modelbridge/service-kit/metrics';
import type { Messaging } from '@modelbridge/service-kit/messaging';
import type { AuthClient } from '../clients/clients.module.js';
import { KeysService } from './keys.service.js';

/** A caller somewhere. */
const from = { headers: {}, socket: { remoteAddress: '203.0.113.1' } };
const refused = { code: 'invalid_api_key' };

describe('a key that is revoked', () => {
  const { apiKey, publicId } = createApiKey();
  const key = { keyId: 'key_1', name: '', accountId: 'a', userId: 'u', publicId };
  const messaging = { isConnected: true };
  let isRevoked: boolean;
  let keys: KeysService;
  let now: number;

  beforeEach(async () => {
    now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    isRevoked = false;
    messaging.isConnected = true;
    const auth = {
      resolveKey: async () => {
        if (!isRevoked) return { key };
        throw Object.assign(new Error(), { code: status.NOT_FOUND, metadata: new Metadata() });
      },
    };
    keys = new KeysService(
      auth as unknown as AuthClient,
      messaging as Messaging,
      {
        TRUSTED_PROXIES: 0,
      },
      new Metrics('gateway'),
    );
    expect(await keys.resolve(apiKey, from)).toMatchObject({ keyId: 'key_1' });
    isRevoked = true;
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is refused from the next request on once that is heard', async () => {
    expect(keys.resolve(apiKey, from)).toMatchObject({ keyId: 'key_1' });
    keys.revoke('key_1');
    await expect(keys.resolve(apiKey, from)).rejects.toMatchObject(refused);
  });

  it('is refused after 5 s at the latest while NATS is away', async () => {
    messaging.isConnected = false;
    now = 2_499;
    expect(keys.resolve(apiKey, from)).toMatchObject({ keyId: 'key_1' });
    now = 5_000;
    await expect(keys.resolve(apiKey, from)).rejects.toMatchObject(refused);
  });

  it('is refused after 5 s at the latest where NATS came back without the news', async () => {
    now = 1;
    keys.distrust();
    now = 5_000;
    await expect(keys.resolve(apiKey, from)).rejects.toMatchObject(refused);
  });
});
