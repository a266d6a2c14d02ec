import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { uuidOf } from '@modelbridge/contracts';
import { type Answer, chat, chatOf, errorOf, inParallel } from './callers.js';
import { query } from './database.js';
import { clearSandbox, sandboxRequests, setFaults } from './gateway-api.js';
import { type Account, createAccount } from './operator.js';
import { type Stack, startStack } from './stack.js';

/** What the plan `starter` allows a key. */
const starter = { requestsPerMinute: 60, tokensPerMinute: 500_000, concurrentRequests: 10 };
const windowMs = 60_000;
/** What the race for a window's requests may take. */
const raceMs = 15_000;
/** What comes before the race in the same window. */
const beforeRaceMs = 10_000;

/** A request that waits across the end of a window would count in one and have begun in the other. */
async function windowWithRoomFor(ms: number): Promise<void> {
  const intoWindow = Date.now() % windowMs;
  if (intoWindow > windowMs - ms) await delay(windowMs - intoWindow + 500);
}

let stack: Stack;
let limited: Account;
let unlimited: Account;

beforeAll(async () => {
  stack = await startStack({ args: ['--gateways', '2'] });
  [limited, unlimited] = await Promise.all([
    createAccount(stack, { balanceUsd: '100', plan: 'starter' }),
    createAccount(stack, { balanceUsd: '100' }),
  ]);
  await windowWithRoomFor(beforeRaceMs + raceMs);
}, 240_000);
afterAll(async () => {
  await stack?.stop();
}, 30_000);
beforeEach(() => clearSandbox(stack));

const gatewayOf = (caller: number): string => stack.gateways?.[caller % 2] ?? stack.gateway;
const numberIn = (answer: Answer, header: string): number =>
  Number(answer.headers.get(header) ?? Number.NaN);

function expectRateLimited(answer: Answer): void {
  expect(answer.status).toBe(429);
  expect(errorOf(answer).code).toBe('rate_limit_exceeded');
  const milliseconds = numberIn(answer, 'retry-after-ms');
  expect(milliseconds).toBeGreaterThan(0);
  expect(milliseconds).toBeLessThanOrEqual(windowMs);
  expect(numberIn(answer, 'retry-after')).toBe(Math.ceil(milliseconds / 1_000));
  expect(answer.headers.get('x-should-retry')).toBe('true');
}

describe('the rate limits of a plan', () => {
  it('count down in the headers, and give back the tokens that a reply did not need', async () => {
    // Together these reserve more than a minute's tokens; what they use is a fraction.
    const reserved = 30_000;
    const answers: Answer[] = [];
    for (let index = 0; index < 20; index += 1) {
      const request = { ...chatOf(20), max_tokens: reserved };
      answers.push(await chat(stack.gateway, limited.apiKey, request));
    }
    expect(answers.length * reserved).toBeGreaterThan(starter.tokensPerMinute);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const [first, second, third] = answers;
    expect(numberIn(first!, 'x-ratelimit-limit-requests')).toBe(starter.requestsPerMinute);
    expect(numberIn(first!, 'x-ratelimit-limit-tokens')).toBe(starter.tokensPerMinute);
    const remaining = [first, second, third].map((answer) =>
      numberIn(answer!, 'x-ratelimit-remaining-requests'),
    );
    const started = numberIn(first!, 'x-ratelimit-remaining-requests');
    expect(started).toBeLessThan(starter.requestsPerMinute);
    const inOneWindow = Math.max(...remaining) === started;
    if (inOneWindow) expect(remaining).toEqual([started, started - 1, started - 2]);
    expect(third!.headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+m?s$/);

    const free = await chat(stack.gateway, unlimited.apiKey, chatOf(20));
    expect(free.headers.get('x-ratelimit-limit-requests')).toBeNull();
  }, 60_000);

  it('hold for requests that run at the same time on two gateways', async () => {
    await setFaults(stack, [{ latencyMs: 2_000 }]);
    const all = await Promise.all(
      Array.from({ length: 16 }, (_, caller) =>
        chat(gatewayOf(caller), limited.apiKey, chatOf(20)),
      ),
    );
    const admitted = all.filter(({ status }) => status === 200).length;
    for (const answer of all.filter(({ status }) => status !== 200)) expectRateLimited(answer);
    expect(admitted).toBeLessThanOrEqual(starter.concurrentRequests);
    expect(admitted).toBeGreaterThanOrEqual(starter.concurrentRequests - 2);
    expect(await sandboxRequests(stack)).toHaveLength(admitted);
  }, 60_000);

  it('admit exactly the plan’s requests in a minute over two gateways, and say when there will be more', async () => {
    await windowWithRoomFor(raceMs);
    const windowStart = Date.now() - (Date.now() % windowMs);
    const refusals: Answer[] = [];
    let admitted = 0;
    await inParallel(8, async (caller, round) => {
      const answer = await chat(gatewayOf(caller), limited.apiKey, chatOf(20));
      if (answer.status === 200) admitted += 1;
      else refusals.push(answer);
      // Slots move between gateways too: only a refusal that says 0 is about the minute.
      const isOver =
        answer.status !== 200 && numberIn(answer, 'x-ratelimit-remaining-requests') === 0;
      return !isOver && round < 200;
    });
    expect(Date.now()).toBeLessThan(windowStart + windowMs);
    for (const refusal of refusals) expectRateLimited(refusal);
    expect(admitted).toBeGreaterThan(0);
    for (const gateway of [0, 1]) {
      expectRateLimited(await chat(gatewayOf(gateway), limited.apiKey, chatOf(20)));
    }
    await eventually(
      async () => {
        const [inWindow] = await query<{ requests: number }>(
          stack,
          'usage_ledger',
          `select count(*)::int as requests from usage_request
             where key_id = $1 and started_at >= $2`,
          [uuidOf('key', limited.keyId), new Date(windowStart)],
        );
        expect(inWindow?.requests).toBe(starter.requestsPerMinute);
      },
      { timeoutMs: 10_000 },
    );
    // The same race without a plan is not slowed down.
    const free = await Promise.all(
      Array.from({ length: 80 }, (_, caller) =>
        chat(gatewayOf(caller), unlimited.apiKey, chatOf(20)),
      ),
    );
    expect(free.filter(({ status }) => status !== 200)).toEqual([]);
  }, 90_000);
});
