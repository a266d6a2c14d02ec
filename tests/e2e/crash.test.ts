import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { type Stack, startStack } from '@modelbridge/launcher';
import { isRunning } from '@modelbridge/local-stack';
import { eventually, patienceMs } from '@modelbridge/testing-kit';
import { type Answer, chat, chatOf, errorOf, inParallel, pauseOf } from './callers.js';
import { query } from './database.js';
import { erasuresAmongKills, erasuresMs } from './erasure/among-kills.js';
import { clearSandbox, type Credits, getJson, sandboxRequests, setFaults } from './gateway-api.js';
import { streamCreatedAt } from './nats.js';
import { type Account, createAccount, findings, mayBeEmpty, verify } from './operator.js';

let stack: Stack;
let account: Account;

/** So small that a test can fill it, and large enough for what waits while a service is down. */
const spoolMaxBytes = 2 * 1024 * 1024;

beforeAll(async () => {
  stack = await startStack({
    env: {
      SPOOL_MAX_BYTES: String(spoolMaxBytes),
      // What a gateway holds is to last while billing stands still, however long that takes here.
      ALLOWANCE_LIFETIME_MS: '1800000',
    },
  });
  account = await createAccount(stack, { balanceUsd: '100' });
});
afterAll(async () => {
  await stack?.stop();
});
beforeEach(() => clearSandbox(stack));

const pidOf = (name: string): number => stack.reread().pids[name] ?? 0;

/** `kill -9`; resolves when the launcher has brought the process back. */
async function killAndAwaitReturn(name: string, whenDead?: () => void): Promise<void> {
  const pid = pidOf(name);
  process.kill(pid, 'SIGKILL');
  whenDead?.();
  await eventually(() => {
    const now = pidOf(name);
    expect(now).not.toBe(pid);
    expect(isRunning(now)).toBe(true);
  });
}

/** Callers who go on whatever happens until they are told to stop. */
class Load {
  readonly completed: Answer[] = [];
  broken = 0;
  refused = 0;
  private stopping = false;
  private readonly running: Promise<void>;

  constructor(callers: number) {
    this.running = inParallel(callers, async (caller, round) => {
      const request = chatOf(caller % 2 === 0 ? 60 : 20, { stream: caller % 2 === 0 });
      const answer = await chat(stack.gateway, account.apiKey, request);
      if (answer.complete) this.completed.push(answer);
      else {
        if (answer.status === 200) this.broken += 1;
        else this.refused += 1;
        await delay(100);
      }
      return !this.stopping && round < 10_000;
    });
  }

  /** Resolves when so many more requests have been completed. */
  async progress(requests: number): Promise<void> {
    const goal = this.completed.length + requests;
    await eventually(() => expect(this.completed.length).toBeGreaterThanOrEqual(goal), {
      timeoutMs: 2 * patienceMs,
    });
  }

  stop(): Promise<void> {
    this.stopping = true;
    return this.running;
  }
}

interface Row {
  request_id: string;
  cost: string;
  estimated: boolean;
  outcome: string;
}

/** Rows of the ledger and charges of billing for the account; throws while any of them is still under way. */
async function settledBooks(): Promise<{ rows: Row[]; spent: bigint }> {
  const accountUuid = uuidOf('account', account.accountId);
  const rows = await query<Row>(
    stack,
    'usage_ledger',
    `select request_id, cost_nano_usd::text as cost, estimated, outcome
       from usage_request where account_id = $1`,
    [accountUuid],
  );
  const charges = await query<{ request_id: string; cost: string }>(
    stack,
    'billing',
    `select request_id, charged_nano_usd::text as cost
       from charge where account_id = $1`,
    [accountUuid],
  );
  const charged = new Map(charges.map(({ request_id: id, cost }) => [id, cost]));
  expect(charged.size).toBe(rows.length);
  for (const { request_id: id, cost } of rows) expect([id, charged.get(id)]).toEqual([id, cost]);
  const credits = await getJson<Credits>(
    { gateway: stack.gateway, apiKey: account.apiKey },
    '/v1/credits',
  );
  const spent = BigInt(credits.spent_nano_usd);
  expect(spent).toBe(rows.reduce((sum, { cost }) => sum + BigInt(cost), 0n));
  expect(credits.held_nano_usd).toBe('0');
  return { rows, spent };
}

/** Every request that its caller saw complete stands in the ledger once, with what it costs. */
async function expectAllCharged(completed: Answer[]): Promise<Row[]> {
  const { rows } = await eventually(settledBooks, {
    timeoutMs: 2 * patienceMs,
    intervalMs: 250,
  });
  const byId = new Map(rows.map((row) => [idFromUuid('request', row.request_id), row]));
  expect(byId.size).toBe(rows.length);
  const missing = completed.filter(({ id }) => !(BigInt(byId.get(id)?.cost ?? 0) > 0n));
  expect(missing.map(({ id }) => id)).toEqual([]);
  return rows;
}

async function expectCleanBooks(): Promise<void> {
  const { code, output } = await verify(stack);
  for (const [name, { checked, violations }] of Object.entries(findings(output))) {
    expect([name, checked > 0 || mayBeEmpty.includes(name), violations]).toEqual([name, true, 0]);
  }
  expect(code).toBe(0);
}

it('kill -9 of any process under load loses no completed request and charges none twice', async () => {
  await setFaults(stack, [{ chunkDelayMs: 20 }]);
  const load = new Load(20);
  try {
    await load.progress(40);
    for (const name of [
      'gateway',
      'usage-ledger',
      'gateway',
      'billing',
      'nats',
      'postgres',
      'gateway',
    ]) {
      await killAndAwaitReturn(name);
      // From a point that no test chose, with streams in every state.
      await load.progress(20 + Math.floor(Math.random() * 20));
    }
    // Right under load too: what is under way is no violation.
    await expectCleanBooks();
  } finally {
    await load.stop();
  }
  const rows = await expectAllCharged(load.completed);
  await expectCleanBooks();
  // The gateways died in mid-stream: what was delivered until then is charged as an estimate.
  const crashed = rows.filter(({ outcome }) => outcome === 'crashed');
  expect(load.broken).toBeGreaterThan(0);
  expect(crashed.length).toBeGreaterThan(0);
  const sum = (found: Row[]): bigint => found.reduce((total, { cost }) => total + BigInt(cost), 0n);
  const estimated = rows.filter((row) => row.estimated);
  const [booked] = await query<{ total: string }>(
    stack,
    'billing',
    'select coalesce(sum(written_off_nano_usd), 0)::text as total from allowance',
  );
  process.stdout.write(
    `crashes: ${load.completed.length} completed, ${load.broken} broken off, ${load.refused} refused; ` +
      `${rows.length} rows of ${sum(rows)} nano-USD, of these estimated ${estimated.length} of ${sum(estimated)}; ` +
      `written off ${booked?.total}\n`,
  );
  // Seven deaths and as many recoveries under load.
}, 900_000);

it('a NATS store wiped while billing and the ledger stand still is refilled from the spool and the outboxes', async () => {
  const answers: Answer[] = [];
  const ask = async (requests: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: requests }, async () => {
        // Without a cap of its own a request holds much more than it costs: enough for all of them.
        const answer = await chat(stack.gateway, account.apiKey, {
          ...chatOf(20),
          max_tokens: undefined,
        });
        expect(answer.complete).toBe(true);
        answers.push(answer);
      }),
    );
  };
  await ask(5);
  // An allowance that is in use is not given back while billing stands still.
  await setFaults(stack, [{ model: 'glm-5', holdAfterChunks: 1 }]);
  const running = chat(stack.gateway, account.apiKey, chatOf(20, { model: 'glm-5', stream: true }));
  await eventually(async () => {
    const models = (await sandboxRequests(stack)).map(({ body }) => body.model);
    expect(models).toContain('zai-org/GLM-5');
  });
  const createdBefore = await streamCreatedAt(stack, 'USAGE');
  const asleep = new Set<string>();
  const sleep = (name: string): void => {
    process.kill(pidOf(name), 'SIGSTOP');
    asleep.add(name);
  };
  try {
    sleep('billing');
    // Recorded by the ledger, then known to NATS and the ledger's outbox alone.
    await ask(10);
    await eventually(async () => {
      const ids = answers.map(({ id }) => uuidOf('request', id));
      const recorded = await query(
        stack,
        'usage_ledger',
        'select 1 from usage_request where request_id = any($1::uuid[])',
        [ids],
      );
      expect(recorded).toHaveLength(ids.length);
    });
    sleep('usage-ledger');
    // Known to NATS and the gateway's spool alone.
    await ask(10);
    await killAndAwaitReturn('nats', () =>
      rmSync(join(stack.state, 'nats', 'jetstream'), { recursive: true }),
    );
  } finally {
    // Not woken: what NATS had sent them already waits in their sockets, and is to be lost too.
    await Promise.all([...asleep].map((name) => killAndAwaitReturn(name)));
    await clearSandbox(stack);
    answers.push(await running);
  }
  expect(answers.at(-1)?.complete).toBe(true);
  await expectAllCharged(answers);
  expect(await streamCreatedAt(stack, 'USAGE')).not.toBe(createdBefore);
  await expectCleanBooks();
});

it(
  'an erasure that is killed at each of its steps ends as one that is not',
  () => erasuresAmongKills(stack).then(expectCleanBooks),
  erasuresMs,
);

it('a full spool refuses requests before any upstream is called, until the ledger is back', async () => {
  const answers: Answer[] = [];
  const pid = pidOf('usage-ledger');
  process.kill(pid, 'SIGSTOP');
  try {
    await inParallel(20, async (_, round) => {
      const answer = await chat(stack.gateway, account.apiKey, chatOf(20));
      answers.push(answer);
      // On a busy machine billing may answer too late: that is another 503, and worth another try.
      const isFull = answer.status !== 200 && errorOf(answer).code === 'usage_not_recorded';
      if (answer.status !== 200 && !isFull) await pauseOf(answer);
      return !isFull && round < 500;
    });
    const refused = answers.filter(({ status }) => status !== 200);
    const full = refused.filter((answer) => errorOf(answer).code === 'usage_not_recorded');
    expect(full).toHaveLength(20);
    for (const answer of refused) expect(answer.status).toBe(503);
    await clearSandbox(stack);
    for (let index = 0; index < 10; index += 1) {
      const answer = await chat(stack.gateway, account.apiKey, chatOf(20));
      expect([answer.status, errorOf(answer).code]).toEqual([503, 'usage_not_recorded']);
    }
    expect(await sandboxRequests(stack)).toEqual([]);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await eventually(
    async () => {
      const answer = await chat(stack.gateway, account.apiKey, chatOf(20));
      expect(answer.complete).toBe(true);
      answers.push(answer);
    },
    { intervalMs: 250 },
  );
  expect(await sandboxRequests(stack)).not.toEqual([]);
  const completed = answers.filter(({ complete }) => complete);
  process.stdout.write(
    `full spool: ${completed.length} requests recorded in ${spoolMaxBytes} bytes, the others refused\n`,
  );
  await expectAllCharged(completed);
  await expectCleanBooks();
});
