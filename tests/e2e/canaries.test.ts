import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Stack, startStack } from '@modelbridge/launcher';
import { isRunning } from '@modelbridge/local-stack';
import { commandLine, openFilesOf, scanPlaces } from '@modelbridge/prove';
import { eventually } from '@modelbridge/testing-kit';
import { query } from './database.js';
import { clearSandbox, sandboxRequests, setFaults } from './gateway-api.js';
import { createAccount } from './operator.js';

/** As `npm run prove` writes it. */
interface Proof {
  proved: boolean;
  canaries_sent: number;
  search: {
    files: number;
    tables: number;
    hits: { what: string; encoding: string; file: string }[];
    control_hits: number;
    controls: number;
  };
  keys_destroyed: number;
  receipts_verified: number;
  parts: { name: string; problems: string[]; facts: Record<string, number | string> }[];
}

/** After so long without a first byte a stream is given up for another endpoint. */
const firstByteMs = 46_000;

let stack: Stack;
let temporary: string;
let leapMs = 0;
beforeAll(async () => {
  const state = mkdtempSync(join(tmpdir(), 'stack-'));
  temporary = join(state, 'tmp');
  mkdirSync(temporary, { mode: 0o777 });
  const hook = new URL('canaries/led-gateway.cjs', import.meta.url).pathname;
  const env = { TMPDIR: temporary, NODE_OPTIONS: `--require=${hook}`, LOG_LEVEL: 'trace' };
  stack = await startStack({ state, env });
});
afterAll(() => stack?.stop());

/** `npm run prove` with a model of each kind, where the gateway’s time limits are over as soon as something waits for them. */
async function proveShortly(...stored: string[]) {
  const printed = { stdout: '', stderr: '' };
  const args = ['--state', stack.state, '--out', mkdtempSync(join(tmpdir(), 'proof-'))];
  const code = await commandLine(
    args,
    {
      stdout: { write: (text) => (printed.stdout += text) },
      stderr: { write: (text) => (printed.stderr += text) },
    },
    {
      neverStored: ['kimi-k2.5'],
      stored,
      async timeOutsBegun() {
        leapMs += firstByteMs;
        writeFileSync(join(temporary, 'leap'), String(leapMs));
      },
    },
  );
  const [html = '', json = ''] = printed.stdout.trim().split('\n').slice(-2);
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '{}');
  return { code, ...printed, page: read(html), proof: JSON.parse(read(json)) as Proof };
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

it('nothing of what a gateway was doing for self-hosted models is on disk after kill -9', async () => {
  const canary = `asked "${randomBytes(10).toString('hex')}" über`;
  const { apiKey } = await createAccount(stack, { balanceUsd: '100' });
  const models = ['kimi-k2.5', 'minimax-m2.5', 'glm-5'];
  await setFaults(stack, [{ stallAfterChunks: 5 }]);
  const asked = models.map((model) =>
    fetch(`${stack.gateway}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: canary }] }),
    })
      .then((reply) => reply.text())
      .catch(() => ''),
  );
  await eventually(async () => {
    const stalled = (await sandboxRequests(stack)).filter(({ streamed }) => streamed);
    expect(stalled.length).toBeGreaterThanOrEqual(models.length);
  });
  await killGateway();
  await Promise.all(asked);
  await clearSandbox(stack);
  const open = openFilesOf(Object.values(stack.reread().pids));
  const { hits, unreadable } = await scanPlaces([stack.state, ...open], [canary]);
  expect({ hits, unreadable }).toEqual({ hits: [], unreadable: [] });
  expect(await query(stack, 'retention', 'select request_id from content')).toEqual([]);
});

it('npm run prove finds everything as promised, and says so in a report', async () => {
  const { code, stdout, stderr, proof, page } = await proveShortly('claude-sonnet-4-6');
  expect({ problems: proof.parts?.flatMap(({ problems }) => problems), stderr }).toEqual({
    problems: [],
    stderr: '',
  });
  expect({ code, proved: proof.proved, hits: proof.search.hits }).toEqual({
    code: 0,
    proved: true,
    hits: [],
  });
  expect(proof.search.control_hits).toBe(proof.search.controls);
  expect(proof.search.controls).toBeGreaterThan(20);
  expect(proof.keys_destroyed).toBeGreaterThanOrEqual(2);
  expect(proof.receipts_verified).toBeGreaterThanOrEqual(1);
  const facts = Object.assign(
    {},
    ...proof.parts.map((part) => part.facts),
  ) as Proof['parts'][0]['facts'];
  expect(facts).toMatchObject({
    'requests: time-out of the pool': 3,
    'requests stored and opened by their author': 6,
    'contents under a legal hold of this run': 6,
  });
  expect(Number(facts['pieces of streams looked for'])).toBeGreaterThan(0);
  expect(page).toContain('Everything that was looked at is as promised.');
  expect(page).not.toMatch(/<script|https?:\/\/|<link|<img/);
  process.stdout.write(`${stdout.split('\n').at(-4)}\n`);
});

it('a gateway that logs what it is asked is caught', async () => {
  writeFileSync(join(temporary, 'leak'), '');
  const { code, proof, page } = await proveShortly();
  expect({ code, proved: proof.proved }).toEqual({ code: 1, proved: false });
  const leaked = proof.search.hits.filter(({ file }) => file.endsWith('/logs/gateway.log'));
  expect(leaked.map(({ what, encoding }) => `${what}, ${encoding}`)).toEqual(
    expect.arrayContaining([
      'self-hosted models: prompt, json twice',
      'self-hosted models: reply, raw',
    ]),
  );
  expect(page).toContain('Not as promised');
});

it('says what is wrong where no system runs', async () => {
  const printed = { stdout: '', stderr: '' };
  const output = {
    stdout: { write: (text: string) => (printed.stdout += text) },
    stderr: { write: (text: string) => (printed.stderr += text) },
  };
  const none = mkdtempSync(join(tmpdir(), 'none-'));
  expect(await commandLine(['--state', none], output)).toBe(2);
  expect(printed.stderr).toContain('Start one with npm start');
  expect(await commandLine(['--state', join(none, 'none')], output)).toBe(2);
  expect(printed.stderr).toContain('is no directory');
  expect(await commandLine(['--stat', none], output)).toBe(2);
  expect(printed.stderr).toContain("Unknown option '--stat'");
  expect(printed.stdout).toBe('');
});
