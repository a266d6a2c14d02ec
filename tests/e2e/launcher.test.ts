import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { claimPorts, type Stack, startStack } from '@modelbridge/launcher';
import { isRunning } from '@modelbridge/local-stack';
import { eventually } from '@modelbridge/testing-kit';
import OpenAI from 'openai';
import { getJson, setFaults, type UsageItem } from './gateway-api.js';

const root = new URL('../../', import.meta.url).pathname;
const parts = [
  ...['auth', 'routing', 'billing', 'usage-ledger', 'retention', 'teams'],
  ...['gateway', 'dashboard', 'sandbox', 'postgres', 'nats'],
];

const clientOf = (stack: Stack): OpenAI =>
  new OpenAI({ baseURL: `${stack.gateway}/v1`, apiKey: stack.apiKey, maxRetries: 0 });

const hello = { model: 'kimi-k2.5', messages: [{ role: 'user' as const, content: 'hello' }] };

function ops(stack: Stack, ...args: string[]): Promise<{ code: number | null; line: string }> {
  const child = spawn(
    process.execPath,
    ['tools/bootstrap.mjs', 'ops', '--state', stack.state, ...args],
    { cwd: root, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  let line = '';
  child.stdout.on('data', (chunk: Buffer) => (line += chunk.toString()));
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, line })));
}

const stillRunning = (pids: Record<string, number>): string[] =>
  Object.keys(pids).filter((name) => isRunning(pids[name] ?? 0));

// One system through its whole life: the tests build on each other in this order.
describe('npm start', () => {
  let stack: Stack;
  let rowBeforeStop: UsageItem;

  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(async () => {
    await stack?.stop();
  });

  it('says where everything is, with a key and a curl', () => {
    expect(Object.keys(stack.pids)).toEqual(expect.arrayContaining(parts));
    expect(stack.output()).toContain('curl');
    expect(stack.output()).toContain(stack.apiKey);
  });

  it('makes accounts through ops: the key works and the balance is what was given', async () => {
    const create = (...args: string[]) => ops(stack, 'account', 'create', ...args);
    const ada = ['--email', 'ada@example.com', '--name', 'Ada'];
    const made = await create(...ada, '--balance-usd', '0.01');
    expect(made.code).toBe(0);
    expect(made.line.trim().split('\n')).toHaveLength(1);
    const account = JSON.parse(made.line) as { apiKey: string };
    expect(account).toEqual({
      userId: expect.stringMatching(/^user_/),
      accountId: expect.stringMatching(/^acct_/),
      keyId: expect.stringMatching(/^key_/),
      apiKey: expect.stringMatching(/^mb_live_/),
    });
    const own = { ...stack, apiKey: account.apiKey };
    expect(await getJson(own, '/v1/credits')).toMatchObject({
      balance_nano_usd: '10000000',
      spent_nano_usd: '0',
    });
    const reply = await clientOf(own).chat.completions.create({ ...hello, max_tokens: 50 });
    expect(reply.choices).toHaveLength(1);

    const twice = await create(...ada, '--balance-usd', '1');
    expect(twice.code).toBe(1);
    expect(JSON.parse(twice.line)).toEqual({
      error: { code: 'already_exists', field: 'email', message: expect.any(String) },
    });
    const wrong = await create(
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
  });

  it('runs beside another system', async () => {
    const other = await startStack();
    try {
      for (const each of [stack, other]) {
        expect((await clientOf(each).chat.completions.create(hello)).choices).toHaveLength(1);
      }
    } finally {
      await other.stop();
    }
  });

  it('restarts whatever dies, and the main job goes on', async () => {
    for (const name of ['billing', 'nats', 'postgres', 'gateway']) {
      const pid = stack.reread().pids[name] ?? 0;
      process.kill(pid, 'SIGKILL');
      await eventually(() => {
        const now = stack.reread().pids[name] ?? 0;
        expect(now).not.toBe(pid);
        expect(isRunning(now)).toBe(true);
      });
    }
    const { response } = await eventually(
      () => clientOf(stack).chat.completions.create(hello).withResponse(),
      { intervalMs: 250 },
    );
    const id = response.headers.get('x-request-id') ?? '';
    rowBeforeStop = await eventually(() => getJson<UsageItem>(stack, `/v1/usage/${id}`));
  });

  it('on SIGTERM to its process group ends running streams with an error frame, and all processes in order', async () => {
    await setFaults(stack, [{ chunkDelayMs: 200 }]);
    const { data, response } = await clientOf(stack)
      .chat.completions.create({
        ...hello,
        stream: true,
        max_tokens: 4_000,
        messages: [{ role: 'user', content: '[[tokens=4000]]' }],
      })
      .withResponse();
    const cutId = response.headers.get('x-request-id') ?? '';
    const { pids } = stack.reread();
    let chunks = 0;
    const read = async (): Promise<void> => {
      for await (const _chunk of data) {
        if (++chunks === 3) process.kill(-stack.launcher.pid, 'SIGTERM');
      }
    };
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
    expect(await stack.launcher.exited).toEqual({ code: 0, signal: null });
    expect(existsSync(join(stack.state, 'stack.json'))).toBe(false);
    expect(stillRunning(pids)).toEqual([]);

    const { apiKey, state, ports } = stack;
    stack = await startStack({ state, ports });
    expect(stack.apiKey).toBe(apiKey);
    const cut = await eventually(() => getJson<UsageItem>(stack, `/v1/usage/${cutId}`));
    expect(cut.output_tokens).toBeGreaterThan(0);
    expect(BigInt(cut.cost_nano_usd)).toBeGreaterThan(0n);
    expect(await getJson(stack, `/v1/usage/${rowBeforeStop.id}`)).toEqual(rowBeforeStop);
  });

  it('leaves no process behind when the launcher itself is killed', async () => {
    const { pids } = stack.reread();
    process.kill(stack.launcher.pid, 'SIGKILL');
    await eventually(() => expect(stillRunning(pids)).toEqual([]));
  });
});

describe('npm start on a machine that is not as it needs', () => {
  const refusal = (options: Parameters<typeof startStack>[0]): Promise<string> =>
    startStack(options).then(
      async (stack) => {
        await stack.stop();
        return 'it started';
      },
      (error: Error) => error.message,
    );

  it('names a port that is taken, and what to do', async () => {
    const ports = await claimPorts();
    const taken = ports.base + 22;
    const squatter = createServer().listen(taken, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const said = await refusal({ ports });
      expect(said).toContain(String(taken));
      expect(said).toContain('--port-base');
    } finally {
      squatter.close();
    }
  });

  it('says which outside part does not answer, and keeps its password to itself', async () => {
    const DATABASE_URL = 'postgres://nobody:hunter2@127.0.0.1:1/postgres';
    const said = await refusal({ env: { DATABASE_URL } });
    expect(said).toContain('DATABASE_URL');
    expect(said).not.toContain('hunter2');
    expect(await refusal({ env: { NATS_URL: 'nats://127.0.0.1:1' } })).toContain('NATS_URL');
  });
});
