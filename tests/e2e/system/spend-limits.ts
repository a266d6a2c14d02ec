import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { uuidOf } from '@modelbridge/contracts';
import {
  type Answer,
  chatOf,
  chatPatiently,
  errorOf,
  Gate,
  inParallel,
  pauseOf,
} from '../callers.js';
import { query } from '../database.js';
import {
  clearSandbox,
  type Credits,
  getJson,
  getLimit,
  type KeyLimit,
  sandboxRequests,
  setFaults,
} from '../gateway-api.js';
import { type Account, createAccount, ops, refusedOps } from '../operator.js';
import { gateways, stack } from './the-system.js';

const nanoUsdPerUsd = 1_000_000_000n;
const tokens = 20;
const dayMs = 24 * 60 * 60_000;
/** Of a test that sets limits on a day. */
const longestMs = 5 * 60_000;

let racer: Account;
let small: Account;
let company: Account;
let employee: Account;

beforeAll(async () => {
  [racer, small, company, employee] = await Promise.all([
    createAccount(stack, { balanceUsd: '0.01' }),
    createAccount(stack, { balanceUsd: '0.001' }),
    createAccount(stack, { balanceUsd: '10' }),
    createAccount(stack, { balanceUsd: '0' }),
  ]);
});

const gatewayOf = (caller: number): string => stack.gateways?.[caller % gateways] ?? stack.gateway;
const creditsOf = (apiKey: string): Promise<Credits> =>
  getJson<Credits>({ gateway: stack.gateway, apiKey }, '/v1/credits');

const limitOf = (apiKey: string, scope: string, period: string): Promise<KeyLimit> =>
  getLimit({ gateway: stack.gateway, apiKey }, scope, period);

/** A limit as it stands once nothing is held any more. */
const settledLimit = (apiKey: string, scope: string, period: string): Promise<KeyLimit> =>
  eventually(
    async () => {
      const standing = await limitOf(apiKey, scope, period);
      expect(standing.held_nano_usd).toBe('0');
      return standing;
    },
    { intervalMs: 200 },
  );

/** Callers on every gateway that go on until the money itself refuses them; all their answers. */
async function spendToTheEnd(
  apiKey: string,
  callers: number,
  request: object,
  gate = new Gate(),
): Promise<Answer[]> {
  const answers: Answer[] = [];
  await inParallel(callers, async (caller) => {
    await gate.pass();
    const answer = await chatPatiently(gatewayOf(caller), apiKey, request);
    answers.push(answer);
    if (answer.status === 429) await pauseOf(answer);
    else if (answer.status !== 200 && answer.status !== 402) throw new Error(answer.body);
    return answer.status !== 402;
  });
  return answers;
}

const withStatus = (answers: Answer[], status: number): Answer[] =>
  answers.filter((answer) => answer.status === status);

/** What the ledger says that these requests cost together. */
async function costOf(answers: Answer[]): Promise<bigint> {
  const ids = answers.map(({ id }) => uuidOf('request', id));
  const rows = await query<{ cost: string; requests: string }>(
    stack,
    'usage_ledger',
    `select coalesce(sum(cost_nano_usd), 0)::text as cost, count(*)::text as requests
       from usage_request where request_id = any($1::uuid[])`,
    [ids],
  );
  expect(rows[0]?.requests).toBe(String(ids.length));
  return BigInt(rows[0]?.cost ?? '0');
}

describe('a balance', () => {
  it('is never overspent by 64 racers on four gateways, and is spent to less than one request', async () => {
    const limit = BigInt((await creditsOf(racer.apiKey)).balance_nano_usd);
    expect(limit).toBe(nanoUsdPerUsd / 100n);
    let racing = true;
    let samples = 0;
    const watch = async (): Promise<void> => {
      while (racing) {
        const { spent_nano_usd: spent, held_nano_usd: held } = await creditsOf(racer.apiKey);
        expect(BigInt(spent) + BigInt(held)).toBeLessThanOrEqual(limit);
        samples += 1;
      }
    };
    const watching = watch();
    const answers = await spendToTheEnd(racer.apiKey, 64, chatOf(tokens)).finally(() => {
      racing = false;
    });
    await watching;
    expect(samples).toBeGreaterThan(3);

    const refused = withStatus(answers, 402);
    expect(refused).toHaveLength(64);
    const { required_nano_usd: required } = errorOf(refused[0]!);
    const worstCase = BigInt(required ?? '0');
    expect(worstCase).toBeGreaterThan(0n);
    const settled = await eventually(
      async () => {
        const credits = await creditsOf(racer.apiKey);
        expect(credits.held_nano_usd).toBe('0');
        expect(BigInt(credits.spent_nano_usd)).toBe(await costOf(withStatus(answers, 200)));
        return credits;
      },
      { intervalMs: 200 },
    );
    const spent = BigInt(settled.spent_nano_usd);
    expect(spent).toBeLessThanOrEqual(limit);
    expect(limit - spent).toBeLessThan(worstCase);
    expect(BigInt(settled.balance_nano_usd)).toBe(limit - spent);
    // The race was one: all that was asked for would have been more than there was.
    const each = spent / BigInt(withStatus(answers, 200).length);
    expect(each * BigInt(answers.length)).toBeGreaterThan(limit);
  });

  it('says which limit is reached, what is left and what would be needed, and that no retry helps', async () => {
    await eventually(async () => {
      const answer = await chatPatiently(stack.gateway, racer.apiKey, chatOf(tokens));
      expect(answer.status).toBe(402);
      expect(answer.headers.get('x-should-retry')).toBe('false');
      const error = errorOf(answer);
      expect(error).toMatchObject({
        type: 'insufficient_quota',
        code: 'insufficient_quota',
        limit_source: 'account.total',
        available_nano_usd: (await creditsOf(racer.apiKey)).available_nano_usd,
      });
      expect(BigInt(error.required_nano_usd ?? '0')).toBeGreaterThan(
        BigInt(error.available_nano_usd ?? '0'),
      );
    });
    expect(await sandboxRequests(stack)).toEqual([]);
  });

  it('that does not cover the longest reply lowers the cap on it, and the reply says so', async () => {
    const asked = 30_000;
    const answer = await chatPatiently(stack.gateway, small.apiKey, {
      ...chatOf(tokens),
      max_tokens: asked,
    });
    expect(answer.status).toBe(200);
    const cap = Number(answer.headers.get('x-modelbridge-output-cap'));
    expect(cap).toBeGreaterThanOrEqual(256);
    expect(cap).toBeLessThan(asked);
    expect(BigInt(cap) * 3_000n).toBeLessThanOrEqual(nanoUsdPerUsd / 1_000n);
    const [received] = await sandboxRequests(stack);
    expect(received?.body.max_tokens).toBe(cap);
    const covered = await chatPatiently(stack.gateway, company.apiKey, chatOf(tokens));
    expect(covered.headers.get('x-modelbridge-output-cap')).toBeNull();
  });

  it('that running requests hold is 429 and worth another try, and is there again when they are over', async () => {
    await setFaults(stack, [{ model: 'glm-5', holdAfterChunks: 1 }]);
    const running = chatPatiently(
      stack.gateway,
      small.apiKey,
      chatOf(200, { model: 'glm-5', stream: true }),
    );
    await eventually(async () => {
      expect((await sandboxRequests(stack)).length).toBe(1);
    });
    const second = await chatPatiently(gatewayOf(1), small.apiKey, chatOf(90));
    expect(second.status).toBe(429);
    expect(errorOf(second)).toMatchObject({
      code: 'in_flight_budget',
      limit_source: 'account.total',
    });
    expect(second.headers.get('x-should-retry')).toBe('true');
    expect(Number(second.headers.get('retry-after-ms'))).toBeGreaterThan(0);
    await clearSandbox(stack);
    expect((await running).complete).toBe(true);
    // 200 tokens of output took 0.00064 of 0.001 USD: a smaller request fits what is left.
    await eventually(async () => {
      const again = await chatPatiently(gatewayOf(1), small.apiKey, chatOf(tokens));
      expect(again.status).toBe(200);
    });
  });
});

/** Waits for the next day (UTC) where this one ends so soon that its limits would begin anew under a test. */
async function dayWithRoom(): Promise<void> {
  const leftMs = dayMs - (Date.now() % dayMs);
  if (leftMs < longestMs) await delay(leftMs + 1_000);
}

describe('limits set by an operator', () => {
  it(
    'bite to the nano-dollar on a day, a month and the life of a key, and on a member',
    async () => {
      await dayWithRoom();
      const usd = '0.0005';
      const limit = nanoUsdPerUsd / 2_000n;
      const newKey = (user: string): Promise<{ keyId: string; apiKey: string }> =>
        ops(
          stack,
          ...['key', 'create', '--account', company.accountId, '--user', user],
          ...['--name', crypto.randomUUID()],
        );
      const [daily, monthly, members] = await Promise.all([
        newKey(company.userId),
        newKey(company.userId),
        newKey(employee.userId),
      ]);
      const limits = [
        { ...daily, scope: 'key', period: 'day', id: ['--id', daily.keyId] },
        { ...monthly, scope: 'key', period: 'month', id: ['--id', monthly.keyId] },
        { ...company, scope: 'key', period: 'total', id: ['--id', company.keyId] },
        {
          ...members,
          scope: 'member',
          period: 'month',
          id: ['--account', company.accountId, '--id', employee.userId],
        },
      ];
      const usedBefore = BigInt((await creditsOf(company.apiKey)).spent_nano_usd);
      await Promise.all(
        limits.map(({ scope, period, id }) =>
          ops(stack, 'limit', 'set', '--scope', scope, ...id, '--period', period, '--usd', usd),
        ),
      );
      const used = await Promise.all(
        limits.map(async ({ apiKey, scope, period }) => {
          const answers = await spendToTheEnd(apiKey, gateways, chatOf(tokens));
          const [refusal] = withStatus(answers, 402);
          const error = errorOf(refusal!);
          expect(error.limit_source).toBe(`${scope}.${period}`);
          const now = await settledLimit(apiKey, scope, period);
          expect(BigInt(now.limit_nano_usd)).toBe(limit);
          expect(BigInt(now.used_nano_usd)).toBeLessThanOrEqual(limit);
          expect(limit - BigInt(now.used_nano_usd)).toBeLessThan(BigInt(error.required_nano_usd!));
          return BigInt(now.used_nano_usd);
        }),
      );
      const { spent_nano_usd: spent } = await creditsOf(company.apiKey);
      expect(BigInt(spent)).toBe(used.reduce((sum, each) => sum + each, 0n));
      expect(BigInt(spent)).toBeGreaterThan(usedBefore);
    },
    2 * longestMs,
  );

  it('let through again when raised, and admit nothing above when lowered under load', async () => {
    const setTotal = (nanoUsd: bigint): string[] => [
      ...['limit', 'set', '--scope', 'key', '--id', company.keyId, '--period', 'total'],
      ...['--usd', `0.${String(nanoUsd).padStart(9, '0')}`],
    ];
    const { used_nano_usd: before } = await settledLimit(company.apiKey, 'key', 'total');
    await ops(stack, ...setTotal(nanoUsdPerUsd - 1n));
    const first = await chatPatiently(stack.gateway, company.apiKey, chatOf(tokens));
    expect(first.status).toBe(200);
    const costOfEach = await eventually(() => costOf([first]));

    await setFaults(stack, [{ model: 'kimi-k2.5', latencyMs: 50 }]);
    const gate = new Gate();
    const racing = spendToTheEnd(company.apiKey, 8, chatOf(tokens), gate);
    await eventually(() => expect(gate.passed).toBeGreaterThan(50));
    // They race on while the command runs, up to what the cap leaves room for: they cannot outrun it.
    const more = 200;
    gate.closeAfter(more);
    const cap = BigInt(before) + costOfEach * BigInt(1 + gate.passed + more);
    expect(await refusedOps(stack, ...setTotal(1n))).toMatchObject({
      code: 1,
      error: { field: 'usd' },
    });
    await ops(stack, ...setTotal(cap));
    gate.open();
    const refusal = errorOf(withStatus(await racing, 402)[0]!);
    expect(refusal.limit_source).toBe('key.total');
    const now = await settledLimit(company.apiKey, 'key', 'total');
    expect(BigInt(now.limit_nano_usd)).toBe(cap);
    expect(BigInt(now.used_nano_usd)).toBeLessThanOrEqual(cap);
    expect(cap - BigInt(now.used_nano_usd)).toBeLessThan(BigInt(refusal.required_nano_usd!));
  });
});
