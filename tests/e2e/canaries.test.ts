import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Stack, startStack } from '@modelbridge/launcher';
import { isRunning } from '@modelbridge/local-stack';
import { openFilesOf, scanPlaces, type ScanReport } from '@modelbridge/prove';
import { eventually } from '@modelbridge/testing-kit';
import { query } from './database.js';
import { clearSandbox, sandboxRequests, setFaults } from './gateway-api.js';
import { type Account, createAccount } from './operator.js';

/** In every prompt. */
const asked = `asked "${randomBytes(10).toString('hex')}" über`;
/** In every reply: whole replies hold it in one piece. */
const answered = randomBytes(5).toString('hex').slice(0, 8);
const prompt = `${asked} [[say=${answered.repeat(40)}]]`;

const apis = {
  '/v1/chat/completions': { messages: [{ role: 'user', content: prompt }], max_tokens: 400 },
  '/v1/responses': { input: prompt, max_output_tokens: 400 },
  '/v1/messages': { messages: [{ role: 'user', content: prompt }], max_tokens: 400 },
};
const selfHosted = ['kimi-k2.5', 'minimax-m2.5', 'glm-5'];
const stored = ['gpt-5.4', 'claude-sonnet-4-6'];

let stack: Stack;
let account: Account;
beforeAll(async () => {
  const state = mkdtempSync(join(tmpdir(), 'stack-'));
  const temporary = join(state, 'tmp');
  mkdirSync(temporary, { mode: 0o777 });
  const hook = new URL('canaries/leaky-gateway.cjs', import.meta.url).pathname;
  const env = { TMPDIR: temporary, NODE_OPTIONS: `--require=${hook}`, LOG_LEVEL: 'trace' };
  stack = await startStack({ state, env });
  account = await createAccount(stack, { balanceUsd: '100' });
});
afterAll(() => stack?.stop());
beforeEach(() => clearSandbox(stack));

interface Asked {
  path?: string;
  model: string;
  stream?: boolean;
  headers?: Record<string, string>;
  /** Leaves when the head has come. */
  leaves?: boolean;
  timeoutMs?: number;
}

/** Status and text; 0 where the connection broke. */
async function ask(request: Asked): Promise<{ status: number; text: string }> {
  const { path = '/v1/chat/completions', model, stream = false, headers, leaves } = request;
  const gone = new AbortController();
  if (request.timeoutMs !== undefined) setTimeout(() => gone.abort(), request.timeoutMs);
  try {
    const response = await fetch(`${stack.gateway}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${account.apiKey}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify({ ...apis[path as keyof typeof apis], model, stream }),
      signal: gone.signal,
    });
    if (leaves === true) {
      await response.body!.getReader().read();
      gone.abort();
    }
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: 0, text: '' };
  }
}

/** The same, again while a service answers the gateway too late, as on a busy machine. */
async function askPatiently(request: Asked): Promise<{ status: number; text: string }> {
  return eventually(async () => {
    const answer = await ask(request);
    expect(answer.status).not.toBe(503);
    return answer;
  });
}

/** Everything that the system has written, and what its processes have open. */
function search(canaries: readonly string[], places = [stack.state]): Promise<ScanReport> {
  const open = openFilesOf(Object.values(stack.reread().pids));
  return scanPlaces([...places, ...open], canaries);
}

async function killGateway(): Promise<void> {
  const pid = stack.reread().pids['gateway']!;
  process.kill(pid, 'SIGKILL');
  await eventually(async () => {
    const now = stack.reread().pids['gateway']!;
    expect(now).not.toBe(pid);
    expect(isRunning(now)).toBe(true);
    expect((await fetch(`${stack.gateway}/readyz`)).status).toBe(200);
  });
}

/** Answers of every kind that the model's provider can give, and callers who leave. */
async function everyOutcome(model: string): Promise<void> {
  for (const path of Object.keys(apis)) {
    for (const stream of [false, true]) {
      const { status, text } = await askPatiently({ path, model, stream });
      expect({ path, model, status }).toEqual({ path, model, status: 200 });
      // A stream says it in pieces.
      if (!stream) expect(text).toContain(answered);
    }
    const faults = [
      { error: { status: 400, type: 'invalid_request_error', message: `not ${asked}` } },
      { error: { status: 500, type: 'server_error', message: `broken at ${asked}` } },
      { cutAfterChunks: 3 },
    ];
    for (const fault of faults) {
      await setFaults(stack, [{ model, ...fault }]);
      await ask({ path, model, stream: true });
    }
    await setFaults(stack, [{ model, stallAfterChunks: 3 }]);
    await ask({ path, model, stream: true, leaves: true });
    await ask({ path, model, stream: false, timeoutMs: 200 });
    await clearSandbox(stack);
  }
}

it('nothing of a request to a self-hosted model, or of its reply, is on disk, whatever becomes of it', async () => {
  for (const model of selfHosted) await everyOutcome(model);
  await setFaults(stack, [{ stallAfterChunks: 5 }]);
  const killed = selfHosted.map((model) => ask({ model, stream: true }));
  await eventually(async () => {
    const stalled = (await sandboxRequests(stack)).filter(({ streamed }) => streamed);
    expect(stalled.length).toBeGreaterThanOrEqual(selfHosted.length);
  });
  await killGateway();
  await Promise.all(killed);
  await clearSandbox(stack);

  const report = await search([asked, answered]);
  expect(report.hits).toEqual([]);
  expect(report.unreadable).toEqual([]);
  expect(await query(stack, 'retention', 'select request_id from content')).toEqual([]);
  process.stdout.write(
    `canaries: ${report.files} files, ${report.bytes} bytes, ${report.members} packed members, 0 hits\n`,
  );
});

it('what is stored of other models is on disk only sealed', async () => {
  for (const model of stored) {
    for (const path of Object.keys(apis)) {
      for (const stream of [false, true]) await askPatiently({ path, model, stream });
    }
  }
  await eventually(async () => {
    const [row] = await query(stack, 'retention', 'select count(*)::int as stored from content');
    expect(row).toEqual({ stored: stored.length * 6 });
  });
  // What Postgres holds in memory is written then.
  await query(stack, 'retention', 'checkpoint');
  const { hits, unreadable } = await search([asked, answered]);
  expect({ hits, unreadable }).toEqual({ hits: [], unreadable: [] });
});

it('a gateway that logs one of them is caught', async () => {
  await ask({ model: 'kimi-k2.5', headers: { 'x-test-leak': 'yes' } });
  await eventually(async () => {
    const { hits } = await search([asked, answered], [join(stack.state, 'logs')]);
    expect(new Set(hits.map(({ canary }) => canary))).toEqual(new Set([asked, answered]));
    expect(hits.map(({ encoding }) => encoding)).toContain('json twice');
  });
});
