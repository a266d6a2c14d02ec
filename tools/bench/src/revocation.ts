import { CreateKeyRequest, type AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import type { PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { command } from './command.js';
import { fixed, printTable, quantile } from './figures.js';
import { connectServices, startStack, type Stack } from './stack.js';

const GATEWAYS = 4;

type Auth = PromisifiedClient<AuthServiceClient>;

/** What a key is stopped by. */
const acts = {
  revoked: (auth: Auth, keyId: string) => auth.revokeKey({ keyId }),
  disabled: (auth: Auth, keyId: string) => auth.disableKey({ keyId }),
} as const;

async function statusAt(gateway: string, apiKey: string): Promise<number> {
  const reply = await fetch(`${gateway}/v1/models`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  await reply.arrayBuffer();
  return reply.status;
}

/** The milliseconds from the call at auth until each gateway has answered 401. */
async function stop(
  auth: Auth,
  { gateways, account }: Stack,
  act: (auth: Auth, keyId: string) => Promise<unknown>,
): Promise<number[]> {
  const { userId, accountId } = account;
  const newKey = { userId, accountId, name: `bench ${crypto.randomUUID()}` };
  const { key, apiKey } = await auth.createKey(CreateKeyRequest.fromPartial(newKey));
  if (key === undefined) throw new Error('auth answered without a key');
  for (const gateway of gateways) {
    const status = await statusAt(gateway, apiKey);
    if (status !== 200) throw new Error(`a new key got ${status}`);
  }
  const started = performance.now();
  const acted = act(auth, key.keyId);
  const took = await Promise.all(
    gateways.map(async (gateway) => {
      while ((await statusAt(gateway, apiKey)) === 200);
      return performance.now() - started;
    }),
  );
  await acted;
  await auth.revokeKey({ keyId: key.keyId });
  return took;
}

export const revocation = command({
  summary: `how soon ${GATEWAYS} gateways refuse a key that auth has stopped`,
  options: { keys: { default: 200, help: 'keys stopped, one after another, of each kind' } },
  async run({ keys }, lifetime) {
    const stack = await startStack(lifetime, { gateways: GATEWAYS });
    const { auth } = connectServices(lifetime, stack);
    const rows: string[][] = [];
    for (const [name, act] of Object.entries(acts)) {
      const took: number[] = [];
      for (let stopped = 0; stopped < keys; stopped += 1)
        took.push(...(await stop(auth, stack, act)));
      rows.push([name, ...[0.5, 0.99, 1].map((share) => fixed(quantile(took, share), 1))]);
    }
    printTable(
      `From the call at auth to the refusal, at each of ${GATEWAYS} gateways that are asked all the time`,
      ['', 'p50 ms', 'p99 ms', 'most ms'],
      rows,
    );
  },
});
