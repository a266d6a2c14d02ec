import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import OpenAI from 'openai';
import { getJson, setFaults, type UsageItem } from './gateway-api.js';
import { freePortBase, isAlive, type Stack, startStack } from './stack.js';

const root = new URL('../../', import.meta.url).pathname;
const services = [
  'auth',
  'routing',
  'billing',
  'usage-ledger',
  'retention',
  'teams',
  'gateway',
  'dashboard',
  'sandbox',
  'postgres',
  'nats',
];

const stacks: Stack[] = [];
afterEach(async () => {
  await Promise.all(stacks.splice(0).map((stack) => stack.stop()));
}, 60_000);

async function start(...parameters: Parameters<typeof startStack>): Promise<Stack> {
  const stack = await startStack(...parameters);
  stacks.push(stack);
  return stack;
}

const clientOf = (stack: Stack): OpenAI =>
  new OpenAI({ baseURL: `${stack.gateway}/v1`, apiKey: stack.apiKey, maxRetries: 0 });

const hello = { model: 'kimi-k2.5', messages: [{ role: 'user' as const, content: 'hello' }] };

function ops(stack: Stack, ...args: string[]): Promise<{ code: number | null; line: string }> {
  const child = spawn(
    process.execPath,
    ['tools/bootstrap.mjs', 'ops', '--state', stack.state, ...args],
    {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  );
  let line = '';
  child.stdout.on('data', (chunk: Buffer) => (line += chunk.toString()));
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, line })));
}

describe('npm start', () => {
  it('restarts whatever dies, keeps data over a stop, and leaves no process behind', async () => {
    const first = await start();
    expect(Object.keys(first.pids).sort()).toEqual(expect.arrayContaining([...services].sort()));
    expect(first.output()).toContain('curl');
    expect(first.output()).toContain(first.apiKey);

    for (const name of ['billing', 'nats', 'postgres', 'gateway']) {
      const pid = first.reread().pids[name] ?? 0;
      process.kill(pid, 'SIGKILL');
      await eventually(
        () => {
          const now = first.reread().pids[name] ?? 0;
          expect(now).not.toBe(pid);
          expect(isAlive(now)).toBe(true);
        },
        { timeoutMs: 20_000 },
      );
    }
    const reply = await eventually(
      () => clientOf(first).chat.completions.create(hello).withResponse(),
      {
        timeoutMs: 30_000,
        intervalMs: 250,
      },
    );
    const id = reply.response.headers.get('x-request-id') ?? '';
    const row = await eventually(() => getJson<UsageItem>(first, `/v1/usage/${id}`), {
      timeoutMs: 20_000,
    });

    const { pids } = first.reread();
    const milliseconds = await first.stop({ keep: true });
    expect(milliseconds).toBeLessThan(15_000);
    expect(existsSync(join(first.state, 'stack.json'))).toBe(false);
    await eventually(() => {
      expect(Object.entries(pids).filter(([, pid]) => isAlive(pid))).toEqual([]);
    });

    const second = await start({ state: first.state, portBase: first.portBase });
    expect(second.apiKey).toBe(first.apiKey);
    expect(await getJson<UsageItem>(second, `/v1/usage/${id}`)).toEqual(row);
  }, 180_000);

  it('on SIGTERM to its process group ends running streams with an error frame and accounts for them', async () => {
    const stack = await start();
    await setFaults(stack, [{ chunkDelayMs: 200 }]);
    const { data, response } = await clientOf(stack)
      .chat.completions.create({
        ...hello,
        stream: true,
        max_tokens: 4_000,
        messages: [{ role: 'user', content: '[[tokens=4000]]' }],
      })
      .withResponse();
    const id = response.headers.get('x-request-id') ?? '';
    let chunks = 0;
    const read = async (): Promise<void> => {
      for await (const _chunk of data) {
        if (++chunks === 3) process.kill(-(stack.launcher.pid ?? 0), 'SIGTERM');
      }
    };
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
    await eventually(() => expect(stack.launcher.exitCode).toBe(0), { timeoutMs: 15_000 });

    const again = await start({ state: stack.state, portBase: stack.portBase });
    const row = await eventually(() => getJson<UsageItem>(again, `/v1/usage/${id}`));
    expect(row.output_tokens).toBeGreaterThan(0);
    expect(BigInt(row.cost_nano_usd)).toBeGreaterThan(0n);
  }, 120_000);

  it('leaves no process behind when the launcher itself is killed', async () => {
    const stack = await start();
    const { pids } = stack.reread();
    stack.launcher.kill('SIGKILL');
    await eventually(
      () => expect(Object.entries(pids).filter(([, pid]) => isAlive(pid))).toEqual([]),
      { timeoutMs: 15_000 },
    );
  }, 90_000);

  it('names a port that is taken, and what to do', async () => {
    const portBase = await freePortBase();
    const squatter = createServer().listen(portBase + 22, '127.0.0.1');
    try {
      await expect(startStack({ portBase })).rejects.toThrow(
        new RegExp(`${portBase + 22}[\\s\\S]*--port-base`),
      );
    } finally {
      squatter.close();
    }
  }, 60_000);

  it('says which outside part does not answer', async () => {
    const database = { DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/postgres' };
    const refused = await startStack({ env: database }).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(refused).toMatch(/DATABASE_URL/);
    expect(refused).not.toContain('secret');
    await expect(startStack({ env: { NATS_URL: 'nats://127.0.0.1:1' } })).rejects.toThrow(
      /NATS_URL/,
    );
  }, 90_000);
});

describe('npm run ops', () => {
  it('makes an account whose key works and whose balance is what was given', async () => {
    const stack = await start();
    const made = await ops(
      stack,
      'account',
      'create',
      '--email',
      'ada@example.com',
      '--name',
      'Ada',
      '--balance-usd',
      '0.01',
    );
    expect(made).toMatchObject({ code: 0 });
    expect(made.line.trim().split('\n')).toHaveLength(1);
    const account = JSON.parse(made.line) as {
      userId: string;
      accountId: string;
      keyId: string;
      apiKey: string;
    };
    expect(account).toEqual({
      userId: expect.stringMatching(/^user_/),
      accountId: expect.stringMatching(/^acct_/),
      keyId: expect.stringMatching(/^key_/),
      apiKey: expect.stringMatching(/^mb_live_/),
    });
    const own = { gateway: stack.gateway, apiKey: account.apiKey };
    expect(await getJson(own, '/v1/credits')).toMatchObject({
      balance_nano_usd: '10000000',
      spent_nano_usd: '0',
    });
    const reply = await new OpenAI({
      baseURL: `${stack.gateway}/v1`,
      apiKey: account.apiKey,
    }).chat.completions.create({ ...hello, max_tokens: 50 });
    expect(reply.choices).toHaveLength(1);

    const twice = await ops(
      stack,
      'account',
      'create',
      '--email',
      'ada@example.com',
      '--name',
      'Ada',
      '--balance-usd',
      '1',
    );
    expect(twice.code).toBe(1);
    expect(JSON.parse(twice.line)).toEqual({
      error: { code: 'already_exists', field: 'email', message: expect.any(String) },
    });
    const wrong = await ops(
      stack,
      'account',
      'create',
      '--email',
      'b@example.com',
      '--name',
      'B',
      '--balance-usd',
      '1.0000000001',
    );
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.line)).toMatchObject({
      error: { field: expect.stringMatching(/balance/) },
    });
  }, 120_000);
});

it('two systems run side by side', async () => {
  const pair = await Promise.all([start(), start()]);
  for (const stack of pair) {
    expect((await clientOf(stack).chat.completions.create(hello)).choices).toHaveLength(1);
  }
  await Promise.all(pair.map((stack) => stack.stop()));
  for (const stack of pair) rmSync(stack.state, { recursive: true, force: true });
}, 150_000);
