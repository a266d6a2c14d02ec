import { CreateKeyRequest, type AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import type { PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { setTimeout as delay } from 'node:timers/promises';
import { command } from './command.js';
import { fixed, printTable, quantile } from './figures.js';
import type { Lifetime } from './lifetime.js';
import { connectServices, pidOf, startStack, type Stack } from './stack.js';

const GATEWAYS = 4;

/** Keys that are revoked at some moment of one outage of NATS. */
const KEYS_AN_OUTAGE = 10;
/** Longer than gateways take to see that NATS is silent, so that some are revoked before and some after. */
const OUTAGE_SPREAD_MS = 6_000;
/** Callers of an outage ask this often: all the time they would be what is measured. */
const ASKED_EVERY_MS = 50;
/** Longer than gateways take to be connected again. */
const RECOVERY_MS = 5_000;

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

/** A new key that every gateway knows. */
async function knownKey(auth: Auth, { gateways, account }: Stack) {
  const { userId, accountId } = account;
  const newKey = { userId, accountId, name: `bench ${crypto.randomUUID()}` };
  const { key, apiKey } = await auth.createKey(CreateKeyRequest.fromPartial(newKey));
  if (key === undefined) throw new Error('auth answered without a key');
  for (const gateway of gateways) {
    const status = await statusAt(gateway, apiKey);
    if (status !== 200) throw new Error(`a new key got ${status}`);
  }
  return { keyId: key.keyId, apiKey };
}

/** The milliseconds from the call at auth until each gateway has answered 401. */
async function stop(
  auth: Auth,
  stack: Stack,
  { keyId, apiKey }: { keyId: string; apiKey: string },
  act: (auth: Auth, keyId: string) => Promise<unknown>,
  everyMs = 0,
): Promise<number[]> {
  const started = performance.now();
  const acted = act(auth, keyId);
  const took = await Promise.all(
    stack.gateways.map(async (gateway) => {
      while ((await statusAt(gateway, apiKey)) === 200) if (everyMs > 0) await delay(everyMs);
      return performance.now() - started;
    }),
  );
  await acted;
  await auth.revokeKey({ keyId });
  return took;
}

/** The same of keys that are revoked while NATS takes connections and says nothing, as it is when a network is cut. */
async function stopInSilence(auth: Auth, stack: Stack, lifetime: Lifetime): Promise<number[]> {
  const keys = [];
  while (keys.length < KEYS_AN_OUTAGE) keys.push(await knownKey(auth, stack));
  const nats = pidOf(stack, 'nats');
  process.kill(nats, 'SIGSTOP');
  const resume = (): void => void process.kill(nats, 'SIGCONT');
  const forget = lifetime.onEnd(resume);
  const took = await Promise.all(
    keys.map(async (key, index) => {
      const until = performance.now() + (OUTAGE_SPREAD_MS * index) / KEYS_AN_OUTAGE;
      while (performance.now() < until) {
        await Promise.all(stack.gateways.map((gateway) => statusAt(gateway, key.apiKey)));
        await delay(ASKED_EVERY_MS);
      }
      return stop(auth, stack, key, acts.revoked, ASKED_EVERY_MS);
    }),
  );
  forget();
  resume();
  await delay(RECOVERY_MS);
  return took.flat();
}

export const revocation = command({
  summary: `how soon ${GATEWAYS} gateways refuse a key that auth has stopped`,
  options: {
    keys: { default: 200, help: 'keys stopped, one after another, of each kind' },
    outages: {
      default: 10,
      help: `outages of NATS, in each of which ${KEYS_AN_OUTAGE} are revoked`,
    },
  },
  async run({ keys, outages }, lifetime) {
    const stack = await startStack(lifetime, { gateways: GATEWAYS });
    const { auth } = connectServices(lifetime, stack);
    const rows: string[][] = [];
    const add = (name: string, took: number[]): void => {
      const shares = [0.5, 0.99, 1].map((share) => fixed(quantile(took, share), 1));
      rows.push([name, String(took.length), ...shares]);
    };
    for (const [name, act] of Object.entries(acts)) {
      const took: number[] = [];
      for (let stopped = 0; stopped < keys; stopped += 1)
        took.push(...(await stop(auth, stack, await knownKey(auth, stack), act)));
      add(name, took);
    }
    const silent: number[] = [];
    for (let outage = 0; outage < outages; outage += 1)
      silent.push(...(await stopInSilence(auth, stack, lifetime)));
    add('revoked, NATS silent', silent);
    printTable(
      `From the call at auth to the refusal, at each of ${GATEWAYS} gateways that are asked all the time`,
      ['', 'refusals', 'p50 ms', 'p99 ms', 'most ms'],
      rows,
    );
  },
});
