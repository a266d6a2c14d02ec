import { createApiKey } from '@modelbridge/api-key';
import { openCallers } from './callers.js';
import { command } from './command.js';
import { reserveCore } from './cores.js';
import { fixed, printTable, say } from './figures.js';
import type { LoadPlan, LoadResult } from './load/load-plan.js';
import { chatBody } from './load/request-body.js';
import { runLoad } from './load/run-load.js';
import { startMockedStack, startMockUpstream } from './mocked-stack.js';
import { connectServices, pidOf } from './stack.js';

const MIB = 2 ** 20;
const PATH = '/v1/chat/completions';
const SETTLE_MS = 2_000;

type Greed = Pick<LoadPlan, 'path' | 'body' | 'connections'> & Partial<LoadPlan>;

/** What one account does that takes all it can, and never waits when it is told to. */
function greedy(mebibytes: number): Record<string, Greed> {
  const large = JSON.stringify({
    model: 'claude-opus-4-6',
    messages: [{ role: 'user', content: '\n'.repeat((mebibytes * MIB) / 2) }],
  });
  const badKeys = Array.from({ length: 1_000 }, () => createApiKey().apiKey);
  const small = chatBody({ bytes: 1024 });
  return {
    'open streams': {
      path: PATH,
      body: chatBody({ bytes: 1024, stream: true, slow: true }),
      connections: 3_000,
    },
    requests: { path: PATH, body: small, connections: 256 },
    streams: { path: PATH, body: chatBody({ bytes: 1024, stream: true }), connections: 256 },
    'large bodies': { path: PATH, body: large, connections: 4 },
    'bad keys': { path: PATH, body: small, connections: 48, apiKeys: badKeys },
    reads: { path: '/v1/usage?limit=100', method: 'GET', body: '', connections: 48 },
  };
}

const seenOf = ({ statuses }: LoadResult): string =>
  Object.entries(statuses)
    .map(([status, count]) => `${count}x${status}`)
    .join(' ');

export const isolation = command({
  summary: 'what an honest caller gets beside one that takes all it can, by what that takes',
  options: {
    seconds: { default: 8, help: 'length of each measurement' },
    mebibytes: { default: 30, help: 'size of a large body' },
    rate: { default: 50, help: 'requests a second of the honest caller' },
  },
  async run({ seconds, mebibytes, rate }, lifetime) {
    const cores = await reserveCore();
    const stack = await startMockedStack(lifetime, await startMockUpstream(lifetime));
    const [honest = '', ...others] = await openCallers(connectServices(lifetime, stack), 7);
    await cores.pinMeasured(pidOf(stack, 'gateway'));
    const port = Number(new URL(stack.gateway).port);
    const own = {
      ...{ port, path: PATH, headers: {}, apiKeys: [honest], body: chatBody({ bytes: 1024 }) },
      ...{ connections: 8, rate, seconds },
    };
    await runLoad(lifetime, own);
    const quiet = await runLoad(lifetime, own);
    say(`${cores.description}; an honest caller of ${rate} requests/s`);
    const row = (name: string, seen: LoadResult, taken: string): string[] => [
      name,
      fixed(seen.admitted.p50Ms, 1),
      fixed(seen.admitted.p99Ms, 1),
      fixed(seen.admitted.p50Ms / quiet.admitted.p50Ms, 1),
      fixed(seen.admitted.p99Ms / quiet.admitted.p99Ms, 1),
      fixed((100 * seen.failed) / seen.requests, 1),
      fixed(seen.own.p99Ms, 1),
      taken,
    ];
    const rows = [row('quiet', quiet, '-')];
    for (const [name, greed] of Object.entries(greedy(mebibytes))) {
      const apiKeys = [others.shift() ?? ''];
      const taking = runLoad(lifetime, {
        ...{ port, headers: {}, apiKeys, seconds: seconds + SETTLE_MS / 1_000 },
        ...greed,
      });
      await new Promise((settled) => setTimeout(settled, SETTLE_MS));
      const seen = await runLoad(lifetime, own);
      rows.push(row(name, seen, seenOf(await taking)));
      say(`${name}: done`);
    }
    printTable(
      'An honest caller beside a greedy one',
      [
        ...['greedy of', 'p50 ms', 'p99 ms', 'p50 to quiet', 'p99', 'refused %'],
        ...['generator p99', 'the greedy one got'],
      ],
      rows,
    );
  },
});
