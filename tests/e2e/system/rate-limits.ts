import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { uuidOf } from '@modelbridge/contracts';
import { type Answer, chatOf, chatPatiently, errorOf, inParallel } from '../callers.js';
import { query } from '../database.js';
import { clearSandbox, sandboxRequests, setFaults } from '../gateway-api.js';
import { type Account, createAccount } from '../operator.js';
import { stack } from './the-system.js';

/** What the plan `free` allows a key. */
const plan = { requestsPerMinute: 60, tokensPerMinute: 500_000, concurrentRequests: 10 };
const windowMs = 60_000;
/** The windows are the minutes of the clock. */
const windowAt = (ms: number): number => ms - (ms % windowMs);

let limited: Account;
let unlimited: Account;
/** In which the first request of `limited` is sent. */
let firstWindow: number;

beforeAll(async () => {
  [limited, unlimited] = await Promise.all([
    createAccount(stack, { balanceUsd: '100', plan: 'free' }),
    createAccount(stack, { balanceUsd: '100' }),
  ]);
});

const gatewayOf = (caller: number): string => stack.gateways?.[caller % 2] ?? stack.gateway;
const ask = (caller: number, apiKey: string, request = chatOf(20)): Promise<Answer> =>
  chatPatiently(gatewayOf(caller), apiKey, request);
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
  beforeAll(() => {
    firstWindow = windowAt(Date.now());
  });

  it('count down in the headers, and give back the tokens that a reply did not need', async () => {
    // Together these reserve more than a minute's tokens; what they use is a fraction.
    const reserved = 30_000;
    const answers: Answer[] = [];
    const startedIn = windowAt(Date.now());
    let thirdIn = startedIn;
    for (let index = 0; index < 20; index += 1) {
      const request = { ...chatOf(20), max_tokens: reserved };
      answers.push(await ask(0, limited.apiKey, request));
      if (index === 2) thirdIn = windowAt(Date.now());
    }
    expect(answers.length * reserved).toBeGreaterThan(plan.tokensPerMinute);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const [first, second, third] = answers;
    expect(numberIn(first!, 'x-ratelimit-limit-requests')).toBe(plan.requestsPerMinute);
    expect(numberIn(first!, 'x-ratelimit-limit-tokens')).toBe(plan.tokensPerMinute);
    const remaining = [first, second, third].map((answer) =>
      numberIn(answer!, 'x-ratelimit-remaining-requests'),
    );
    const started = numberIn(first!, 'x-ratelimit-remaining-requests');
    expect(started).toBeLessThan(plan.requestsPerMinute);
    if (startedIn === thirdIn) expect(remaining).toEqual([started, started - 1, started - 2]);
    expect(third!.headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+m?s$/);

    const free = await ask(0, unlimited.apiKey);
    expect(free.headers.get('x-ratelimit-limit-requests')).toBeNull();
  });

  it('hold for requests that run at the same time on two gateways', async () => {
    await setFaults(stack, [{ holdAfterChunks: 0 }]);
    const most = plan.concurrentRequests;
    const refused: Answer[] = [];
    const asked: Promise<void>[] = [];
    const askOnce = (): void => {
      const answering = ask(asked.length, limited.apiKey);
      asked.push(
        answering.then((answer) => {
          if (answer.status !== 200) refused.push(answer);
        }),
      );
    };
    for (let index = 0; index < 16; index += 1) askOnce();
    const admitted = await eventually(async () => {
      const running = (await sandboxRequests(stack)).length;
      expect(running).toBeLessThanOrEqual(most);
      expect(running + refused.length).toBe(asked.length);
      // Slots that the other gateway does not use come over, but not always while a request waits.
      if (running < most - 2) askOnce();
      expect(running).toBeGreaterThanOrEqual(most - 2);
      return running;
    });
    await clearSandbox(stack);
    await Promise.all(asked);
    expect(asked.length - refused.length).toBe(admitted);
    for (const answer of refused) expectRateLimited(answer);
  });

  it('admit exactly the plan’s requests in a minute over two gateways, and say when there will be more', async () => {
    const requestsSince = async (since: number): Promise<number | undefined> => {
      const [found] = await query<{ requests: number }>(
        stack,
        'usage_ledger',
        `select count(*)::int as requests from usage_request
           where key_id = $1 and started_at >= $2`,
        [uuidOf('key', limited.keyId), new Date(since)],
      );
      return found?.requests;
    };
    const refusals: Answer[] = [];
    /** Races until a refusal of each gateway says that nothing is left of the minute. */
    const race = (): Promise<void> =>
      inParallel(8, async (caller, round) => {
        const answer = await ask(caller, limited.apiKey);
        if (answer.status !== 200) refusals.push(answer);
        // Slots move between gateways too: only a refusal that says 0 is about the minute.
        const isOver =
          answer.status !== 200 && numberIn(answer, 'x-ratelimit-remaining-requests') === 0;
        return !isOver && round < 200;
      });
    // A request that waits across the end of a window counts in one and has begun in the other: what was
    // asked across an end says nothing, and is asked again in a window that begins in silence.
    let start = firstWindow;
    let last: Answer[];
    do {
      if (windowAt(Date.now()) !== start) {
        await delay(windowAt(Date.now()) + windowMs + 500 - Date.now());
        start = windowAt(Date.now());
      }
      await race();
      last = [await ask(0, limited.apiKey), await ask(1, limited.apiKey)];
    } while (windowAt(Date.now()) !== start);
    for (const refusal of last) expectRateLimited(refusal);
    for (const refusal of refusals) expectRateLimited(refusal);
    await eventually(async () => {
      expect(await requestsSince(start)).toBe(plan.requestsPerMinute);
    });
    // The same race without a plan is not slowed down.
    const free = await Promise.all(
      Array.from({ length: 80 }, (_, caller) => ask(caller, unlimited.apiKey)),
    );
    expect(free.filter(({ status }) => status !== 200)).toEqual([]);
  }, 900_000);
});
