import { openCallers } from './callers.js';
import { command } from './command.js';
import { reserveCore } from './cores.js';
import { fixed, printTable, say, whole } from './figures.js';
import type { LoadPlan, LoadResult } from './load/load-plan.js';
import { chatBody } from './load/request-body.js';
import { runLoad } from './load/run-load.js';
import { startMockedStack, startMockUpstream } from './mocked-stack.js';
import { connectServices, pidOf } from './stack.js';

const CALLERS = [8, 80, 800, 3_000];
/** Enough to have a gateway do all it can. */
const SATURATING = 64;
const WARM_UP_SECONDS = 3;
/** Until all connections are there and the callers who came at once have spread. */
const SETTLE_SECONDS = 3;
const WHO = {
  'who come back when they are told to': true,
  'who come back at once': false,
};

function rowOf(name: string, load: LoadResult, half: LoadResult | undefined): string[] {
  const { admitted, refused, own, statuses, requests, seconds, failed } = load;
  const others = Object.entries(statuses).filter(([status]) => status !== '200');
  return [
    name,
    whole((requests - failed) / seconds),
    fixed(admitted.p50Ms, 1),
    fixed(admitted.p99Ms, 1),
    half === undefined ? '-' : fixed(admitted.p99Ms / half.admitted.p99Ms, 1),
    fixed((100 * failed) / requests, 1),
    failed === 0 ? '-' : fixed(refused.p50Ms, 1),
    failed === 0 ? '-' : fixed(refused.p99Ms, 1),
    fixed(own.p99Ms, 1),
    others.map(([status, count]) => `${count}x${status}`).join(' ') || '-',
  ];
}

export const overload = command({
  summary:
    'what a gateway with too much to do admits, how long that takes, and how soon it refuses',
  options: {
    seconds: { default: 10, help: 'length of each measurement' },
    accounts: { default: 20, help: 'whose callers they are' },
  },
  async run({ seconds, accounts }, lifetime) {
    const cores = await reserveCore();
    const stack = await startMockedStack(lifetime, await startMockUpstream(lifetime));
    const apiKeys = await openCallers(connectServices(lifetime, stack), accounts);
    await cores.pinMeasured(pidOf(stack, 'gateway'));
    const port = Number(new URL(stack.gateway).port);
    const plan = {
      port,
      path: '/v1/chat/completions',
      headers: {},
      apiKeys,
      body: chatBody({ bytes: 1024 }),
    };
    const load = (connections: number, more: Partial<LoadPlan> & { seconds: number }) =>
      runLoad(lifetime, { ...plan, connections, settleSeconds: SETTLE_SECONDS, ...more });
    await load(SATURATING, { seconds: WARM_UP_SECONDS });
    const most = await load(SATURATING, { seconds });
    const rate = (most.requests - most.failed) / most.seconds / 2;
    say(`${cores.description}; ${whole(2 * rate)} requests/s over ${SATURATING} connections`);
    const half = await load(SATURATING, { seconds, rate });
    for (const [who, patient] of Object.entries(WHO)) {
      const rows = [rowOf('half load', half, half)];
      for (const callers of CALLERS) {
        const seen = await load(callers, { seconds, patient });
        rows.push(rowOf(`${whole(callers)} callers`, seen, half));
      }
      printTable(
        `Requests of 1 KB of ${accounts} accounts, ${who}; times in ms`,
        [
          ...['', 'admitted/s', 'p50', 'p99', 'to half', 'refused %', 'p50', 'p99'],
          ...['generator p99', 'other answers'],
        ],
        rows,
      );
    }
  },
});
