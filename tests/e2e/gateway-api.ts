import { setTimeout as delay } from 'node:timers/promises';
import { patienceMs } from '@modelbridge/testing-kit';
import type { StackDescription } from '@modelbridge/ops';

/** A row of `GET /v1/usage`. */
export interface UsageItem {
  id: string;
  created_at: string;
  completed_at: string;
  model: string;
  provider: string | null;
  region: string | null;
  status: string | number;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cost_nano_usd: string;
  key_id: string;
  user_id: string;
  team_id: string | null;
}

export interface Credits {
  balance_nano_usd: string;
  held_nano_usd: string;
  available_nano_usd: string;
  spent_nano_usd: string;
}

/**
 * Asks the gateway with a key, again where a service answers it too late, as on a busy machine; throws on any
 * other status but 200.
 */
export async function getJson<T>(
  stack: Pick<StackDescription, 'gateway' | 'apiKey'>,
  path: string,
): Promise<T> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const response = await fetch(`${stack.gateway}${path}`, {
      headers: { authorization: `Bearer ${stack.apiKey}` },
    });
    if (response.status === 200) return (await response.json()) as T;
    const body = await response.text();
    if (response.status !== 503 || performance.now() > giveUpAt)
      throw new Error(`${path}: ${response.status} ${body}`);
    await delay(100);
  }
}

/** Resolves when the gateway has seen every connection go that went before: it reads what comes in turn. */
export async function seenToGo(stack: Pick<StackDescription, 'gateway'>): Promise<void> {
  await (await fetch(`${stack.gateway}/healthz`)).text();
}

/** One of the limits in `GET /v1/key`. */
export interface KeyLimit {
  scope: string;
  period: string;
  limit_nano_usd: string;
  used_nano_usd: string;
  held_nano_usd: string;
}

/** A limit that the key meets; throws where none is set. */
export async function getLimit(
  stack: Pick<StackDescription, 'gateway' | 'apiKey'>,
  scope: string,
  period: string,
): Promise<KeyLimit> {
  const { limits } = await getJson<{ limits: KeyLimit[] }>(stack, '/v1/key');
  const found = limits.find((limit) => limit.scope === scope && limit.period === period);
  if (!found) throw new Error(`no limit ${scope}.${period}`);
  return found;
}

/** What the sandbox's control list says of one request that it received. */
export interface SandboxRequest {
  provider: string;
  region: string | null;
  model: string;
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  streamed: boolean;
  status: number;
  usage: {
    inputTokens: number;
    cacheReadTokens: number;
    cacheWrite5mTokens: number;
    cacheWrite1hTokens: number;
    outputTokens: number;
    reasoningTokens: number;
  } | null;
  callerGone: boolean;
}

export async function sandboxRequests(
  stack: Pick<StackDescription, 'sandbox'>,
): Promise<SandboxRequest[]> {
  const response = await fetch(`${stack.sandbox}/control/requests?limit=1000`);
  return ((await response.json()) as { requests: SandboxRequest[] }).requests.filter(
    ({ path }) => !path.endsWith('/models') && !path.endsWith('/health'),
  );
}

export async function clearSandbox(stack: Pick<StackDescription, 'sandbox'>): Promise<void> {
  await fetch(`${stack.sandbox}/control/requests`, { method: 'DELETE' });
  await fetch(`${stack.sandbox}/control/faults`, { method: 'DELETE' });
}

export async function setFaults(
  stack: Pick<StackDescription, 'sandbox'>,
  rules: object[],
): Promise<void> {
  const response = await fetch(`${stack.sandbox}/control/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
  if (!response.ok) throw new Error(await response.text());
}
