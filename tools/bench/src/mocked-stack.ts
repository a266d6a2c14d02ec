import { freePort } from '@modelbridge/local-stack';
import type { Lifetime } from './lifetime.js';
import { listening, startNode } from './processes.js';
import { startStack, type Stack } from './stack.js';

const mockUpstream = new URL('targets/mock-upstream.js', import.meta.url).pathname;

/** Starts the mock upstream; its port. */
export async function startMockUpstream(lifetime: Lifetime): Promise<number> {
  const port = await freePort();
  await listening(port, startNode(lifetime, [mockUpstream, String(port)]));
  return port;
}

/** A whole system whose self-hosted models are the mock upstream's. */
export function startMockedStack(
  lifetime: Lifetime,
  upstream: number,
  options: { checkout?: string } = {},
): Promise<Stack> {
  return startStack(lifetime, {
    ...options,
    env: {
      SELFHOSTED_US_EAST_URL: `http://127.0.0.1:${upstream}/v1`,
      SELFHOSTED_API_KEY: 'bench',
    },
  });
}
