import { createApiKey } from '@modelbridge/api-key';
import {
  CreateKeyRequest,
  KeyApi,
  KeyRestrictions,
  type AuthServiceClient,
} from '@modelbridge/contracts/auth.v1';
import { KeysService, requireApi, requireModel } from '@modelbridge/gateway/keys';
import type { PromisifiedClient } from '@modelbridge/service-kit/grpc';
import type { Messaging } from '@modelbridge/service-kit/messaging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { command } from './command.js';
import { fixed, median, printTable, quantile } from './figures.js';
import { connectServices, startStack } from './stack.js';

const ROUNDS = 9;
const from = { headers: {}, socket: { remoteAddress: '203.0.113.1' } };
/** As much of a model as a check reads. */
const model = { id: 'kimi-k2.5', contentPolicy: 'never' } as Parameters<typeof requireModel>[1];

const kinds: Record<string, Partial<KeyRestrictions>> = {
  'unrestricted key': {},
  'addresses (20 networks)': {
    allowedAddresses: [
      ...Array.from({ length: 9 }, (_, index) => `10.${index}.0.0/16`),
      ...Array.from({ length: 10 }, (_, index) => `2001:db8:${index}::/48`),
      '203.0.113.0/24',
    ],
  },
  'models and APIs': {
    allowedModels: ['kimi-k2.5', 'glm-5'],
    allowedApis: [KeyApi.CHAT_COMPLETIONS],
    neverStoredOnly: true,
  },
};

function keysOf(auth: PromisifiedClient<AuthServiceClient>): KeysService {
  const messaging = { isConnected: true } as Messaging;
  return new KeysService(auth, messaging, { TRUSTED_PROXIES: 0 }, new Metrics('bench'));
}

/** Microseconds of one check of a key that the gateway knows, with what its restrictions cost. */
function cached(keys: KeysService, apiKey: string, checks: number): number {
  const started = performance.now();
  for (let check = 0; check < checks; check += 1) {
    const key = keys.resolve(apiKey, from);
    if (key instanceof Promise) throw new Error('the key is not cached');
    requireApi(key, 'chat');
    requireModel(key, model);
  }
  return ((performance.now() - started) * 1_000) / checks;
}

/** Microseconds of checks for which auth is asked, one after another. */
async function cold(keys: KeysService, keyId: string, apiKey: string, checks: number) {
  const took: number[] = [];
  for (let check = 0; check < checks; check += 1) {
    keys.change(keyId);
    const started = performance.now();
    await keys.resolve(apiKey, from);
    took.push((performance.now() - started) * 1_000);
  }
  return took;
}

export const keyCheck = command({
  summary: 'microseconds that a check of an API key takes, cached and asked of auth',
  options: {
    checks: { default: 200_000, help: 'checks of a cached key in each of 9 rounds' },
    cold: { default: 2_000, help: 'checks that ask auth, of each kind of key' },
  },
  async run({ checks, cold: asked }, lifetime) {
    const stack = await startStack(lifetime);
    const { auth, resolving } = connectServices(lifetime, stack);
    const { userId, accountId } = stack.account;
    const measured = [];
    for (const [name, restrictions] of Object.entries(kinds)) {
      const newKey = { userId, accountId, name: `bench ${name}`, restrictions };
      const { key, apiKey } = await auth.createKey(CreateKeyRequest.fromPartial(newKey));
      if (key === undefined) throw new Error('auth answered without a key');
      const keys = keysOf(resolving);
      // The first ones connect and are compiled.
      await cold(keys, key.keyId, apiKey, 200);
      const coldUs = await cold(keys, key.keyId, apiKey, asked);
      measured.push({ name, keys, apiKey, coldUs, cachedUs: [] as number[] });
    }
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const { keys, apiKey, cachedUs } of measured) {
        const took = cached(keys, apiKey, checks);
        if (round > 0) cachedUs.push(took);
      }
    }
    printTable(
      'One check of a key in the gateway, microseconds: known to it, and asked of auth (mTLS, its Postgres)',
      ['', 'cached', 'cold p50', 'cold p99'],
      measured.map(({ name, cachedUs, coldUs }) => [
        name,
        fixed(median(cachedUs), 2),
        fixed(quantile(coldUs, 0.5), 0),
        fixed(quantile(coldUs, 0.99), 0),
      ]),
    );
    const { apiKey: malformed } = createApiKey();
    printTable(
      'What is refused without a look-up, microseconds',
      ['', 'each'],
      [['wrong checksum', fixed(refusals(measured[0]!.keys, otherEnding(malformed), checks), 2)]],
    );
  },
});

function refusals(keys: KeysService, apiKey: string, checks: number): number {
  const started = performance.now();
  for (let check = 0; check < checks; check += 1) {
    try {
      void keys.resolve(apiKey, from);
    } catch {
      continue;
    }
    throw new Error('a key with a wrong checksum was looked up');
  }
  return ((performance.now() - started) * 1_000) / checks;
}

function otherEnding(apiKey: string): string {
  return apiKey.slice(0, -1) + (apiKey.endsWith('a') ? 'b' : 'a');
}
