import { join } from 'node:path';
import { secretFromFile } from '@modelbridge/local-stack';
import { UPSTREAM_KEYS } from '../topology/upstreams.js';

/** The provider keys that the sandbox accepts, made once for each state. */
export async function sandboxProviderKeys(secrets: string): Promise<Record<string, string>> {
  const keys = UPSTREAM_KEYS.map(async (name) => {
    const file = `sandbox-${name.toLowerCase().replaceAll('_', '-')}`;
    return [name, await secretFromFile(join(secrets, file))] as const;
  });
  return Object.fromEntries(await Promise.all(keys));
}

/** What the gateways hash bodies and seal summaries with: the same for all of them and after a restart. */
export async function gatewaySecrets(secrets: string): Promise<Record<string, string>> {
  return {
    IDEMPOTENCY_SECRET: await secretFromFile(join(secrets, 'gateway-idempotency')),
    COMPACTION_SECRET: await secretFromFile(join(secrets, 'gateway-compaction')),
  };
}
