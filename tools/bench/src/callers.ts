import { createAccount } from '@modelbridge/ops';
import type { Services } from './stack.js';

const balanceNanoUsd = 1_000_000_000_000n;

/** The API keys of so many accounts, one each, with more money than any benchmark spends. */
export async function openCallers(services: Services, count: number): Promise<string[]> {
  const apiKeys: string[] = [];
  while (apiKeys.length < count) {
    const name = `Bench ${apiKeys.length}`;
    const email = `bench-${apiKeys.length}-${Date.now()}@example.com`;
    const made = await createAccount(services, { email, name, balanceNanoUsd, plan: '' });
    apiKeys.push(made.apiKey);
  }
  return apiKeys;
}
