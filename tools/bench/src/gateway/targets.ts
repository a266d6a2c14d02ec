import { CreateKeyRequest, KeyApi } from '@modelbridge/contracts/auth.v1';
import { freePort } from '@modelbridge/local-stack';
import type { Cores } from '../cores.js';
import { charged, recorded, recordedAtLeast } from '../ledger-progress.js';
import type { Lifetime } from '../lifetime.js';
import { startMockedStack, startMockUpstream } from '../mocked-stack.js';
import { listening, startNode } from '../processes.js';
import { connectServices, fund, pidOf, type Services } from '../stack.js';
import { portkeyHeaders, startPortkey } from '../targets/portkey.js';

export type TargetName = 'direct' | 'pipe' | 'base' | 'modelbridge' | 'restricted' | 'portkey';

/** Something that answers chat completions out of the mock upstream. */
export interface Target {
  name: TargetName;
  port: number;
  headers: Record<string, string>;
  /** The process to be accounted; none for the upstream itself. */
  pid?: number;
  /** Resolves when work that its answers left behind is done, so that it does not weigh on the next target. */
  settled(): Promise<void>;
}

const SETTLE_TIMEOUT_MS = 60_000;
const nothingLeft = (): Promise<void> => Promise.resolve();
const barePipe = new URL('../targets/bare-pipe.js', import.meta.url).pathname;

async function startUpstream(lifetime: Lifetime): Promise<Target> {
  const port = await startMockUpstream(lifetime);
  return { name: 'direct', port, headers: {}, settled: nothingLeft };
}

async function startPipe(lifetime: Lifetime, cores: Cores, upstream: number): Promise<Target> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${upstream}`;
  const pipe = startNode(lifetime, [barePipe, String(port), origin]);
  await listening(port, pipe);
  await cores.pinMeasured(pipe.pid);
  return { name: 'pipe', port, headers: {}, pid: pipe.pid, settled: nothingLeft };
}

async function startModelBridge(
  lifetime: Lifetime,
  cores: Cores,
  upstream: number,
  { name, checkout }: { name: 'modelbridge' | 'base'; checkout?: string },
): Promise<Target[]> {
  const stack = await startMockedStack(lifetime, upstream, { checkout });
  const services = connectServices(lifetime, stack);
  await fund(services, stack.account.accountId);
  const pid = pidOf(stack, 'gateway');
  await cores.pinMeasured(pid);
  let before = await recorded(services.usageLedger);
  const target = (called: TargetName, apiKey: string): Target => ({
    name: called,
    port: Number(new URL(stack.gateway).port),
    headers: { authorization: `Bearer ${apiKey}` },
    pid,
    async settled() {
      await recordedAtLeast(services.usageLedger, before + 1n, SETTLE_TIMEOUT_MS);
      await charged(services.usageLedger, SETTLE_TIMEOUT_MS);
      before = await recorded(services.usageLedger);
    },
  });
  if (name === 'base') return [target(name, stack.apiKey)];
  const restricted = await restrictedKey(services, stack.account);
  return [target(name, stack.apiKey), target('restricted', restricted)];
}

/** A key that is held to all that a key can be held to, and may do what is measured. */
async function restrictedKey(
  { auth }: Services,
  { userId, accountId }: { userId: string; accountId: string },
): Promise<string> {
  const networks = Array.from({ length: 9 }, (_, index) => `10.${index}.0.0/16`);
  const { apiKey } = await auth.createKey(
    CreateKeyRequest.fromPartial({
      ...{ userId, accountId, name: 'bench, restricted' },
      restrictions: {
        allowedModels: ['kimi-k2.5', 'glm-5'],
        allowedApis: [KeyApi.CHAT_COMPLETIONS],
        allowedAddresses: [...networks, '2001:db8::/48', '127.0.0.0/8'],
        neverStoredOnly: true,
      },
    }),
  );
  return apiKey;
}

async function startComparison(
  lifetime: Lifetime,
  cores: Cores,
  upstream: number,
): Promise<Target> {
  const port = await freePort();
  const portkey = await startPortkey(lifetime, port);
  await listening(port, portkey);
  await cores.pinMeasured(portkey.pid);
  const headers = portkeyHeaders(upstream);
  return { name: 'portkey', port, headers, pid: portkey.pid, settled: nothingLeft };
}

/** Starts everything that is compared, the upstream first. */
export async function startTargets(
  lifetime: Lifetime,
  cores: Cores,
  { portkey, base }: { portkey: boolean; base?: string },
): Promise<Target[]> {
  const upstream = await startUpstream(lifetime);
  return [
    upstream,
    await startPipe(lifetime, cores, upstream.port),
    ...(base === undefined
      ? []
      : await startModelBridge(lifetime, cores, upstream.port, { name: 'base', checkout: base })),
    ...(await startModelBridge(lifetime, cores, upstream.port, { name: 'modelbridge' })),
    ...(portkey ? [await startComparison(lifetime, cores, upstream.port)] : []),
  ];
}
