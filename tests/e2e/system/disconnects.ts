import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { eventually } from '@modelbridge/testing-kit';
import { chatOf, chatPatiently } from '../callers.js';
import { query } from '../database.js';
import {
  type Credits,
  getJson,
  sandboxRequests,
  seenToGo,
  setFaults,
  type SandboxRequest,
} from '../gateway-api.js';
import { type Account, createAccount, findings, mayBeEmpty, verify } from '../operator.js';
import { stack } from './the-system.js';

/** The sandbox puts so many tokens into a chunk of a stream; the last may have fewer. */
const tokensPerChunk = 3;
const droppedCallers = 200;

let account: Account;

beforeAll(async () => {
  account = await createAccount(stack, { balanceUsd: '100' });
});

interface Dropped {
  /** Empty where the caller left before the head. */
  id: string;
  deliveredTokens: number;
}

interface Caller {
  /** True when so many chunks with text have come, or, for none, the request is sent; false after a 503. */
  hasEnough: Promise<boolean>;
  /** Destroys the socket; resolves with what had come by then. */
  leave(): Promise<Dropped>;
}

/** Sends a request over a socket of its own. */
function call(chunks: number, request: object): Caller {
  const { hostname, port } = new URL(stack.gateway);
  const body = JSON.stringify(request);
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${account.apiKey}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  let received = '';
  const delivered = (): number => (received.match(/"content":"[^"]/g) ?? []).length;
  const hasEnough = new Promise<boolean>((resolve, reject) => {
    const look = (): void => {
      if (delivered() >= chunks) resolve(true);
      else if (received.startsWith('HTTP/1.1 503 ')) resolve(false);
    };
    socket.on('data', (text: string) => {
      received += text;
      look();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`the gateway closed the connection: ${received}`)));
    socket.once('connect', () => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, look));
  });
  return {
    hasEnough,
    async leave() {
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
      return {
        id: /^x-request-id: (\S+)/im.exec(received)?.[1] ?? '',
        deliveredTokens: delivered() * tokensPerChunk,
      };
    },
  };
}

/** The same, again while a service answers the gateway too late, as on a busy machine. */
async function callPatiently(chunks: number, request: object): Promise<Caller> {
  for (;;) {
    const caller = call(chunks, request);
    if (await caller.hasEnough) return caller;
    await caller.leave();
  }
}

interface Row {
  request_id: string;
  output_tokens: string;
  cost: string;
  outcome: string;
  estimated: boolean;
  streamed: boolean;
}

async function allRows(): Promise<Row[]> {
  return query<Row>(
    stack,
    'usage_ledger',
    `select request_id, output_tokens::text, cost_nano_usd::text as cost, outcome, estimated, streamed
       from usage_request where account_id = $1`,
    [uuidOf('account', account.accountId)],
  );
}

it('200 callers who leave in mid-stream pay at least for what they got, and none goes unbilled', async () => {
  // A vendor bills what it has begun: half of the streams go on to their end once all have left. Those of a pool,
  // whose server counts as it goes, end at once.
  const short = { tokens: 30, model: 'gpt-5.4' };
  const long = { tokens: 600, model: 'minimax-m2.5' };
  const whole = { tokens: 30, model: 'claude-opus-4-6' };
  const held = [
    { model: short.model, holdAfterChunks: 8 },
    { model: whole.model, holdAfterChunks: 0 },
  ];
  const silent = { model: long.model, stallAfterChunks: 20 };
  await setFaults(stack, [...held, silent]);
  const ask = ({ tokens, model }: typeof short, stream: boolean): object =>
    chatOf(tokens, { model, stream });
  const leaving = Array.from({ length: droppedCallers }, (_, index) =>
    callPatiently(1 + (index % 5), ask(index % 2 === 0 ? short : long, true)),
  );
  const staying = chatPatiently(stack.gateway, account.apiKey, ask(short, true));
  const unstreamed = Array.from({ length: 10 }, () => callPatiently(0, ask(whole, false)));
  const streaming = await Promise.all(leaving);
  const waiting = await Promise.all(unstreamed);
  const callers = await Promise.all(streaming.map((caller) => caller.leave()));
  await Promise.all(waiting.map((caller) => caller.leave()));
  await seenToGo(stack);
  await setFaults(stack, [silent]);
  const stayed = await staying;

  const received = await eventually(
    async () => {
      const requests = await sandboxRequests(stack);
      const over = (request: SandboxRequest & { finished?: boolean }) => request.finished === true;
      expect(requests.filter((request) => !over(request))).toEqual([]);
      return requests;
    },
    { intervalMs: 500 },
  );
  const rows = await eventually(
    async () => {
      const found = await allRows();
      expect(found).toHaveLength(received.length);
      return found;
    },
    { intervalMs: 250 },
  );
  expect(rows.filter(({ streamed }) => streamed)).toHaveLength(droppedCallers + 1);
  expect(rows.filter(({ cost }) => cost === '0')).toEqual([]);

  const byId = new Map(rows.map((row) => [row.request_id, row]));
  const underbilled = callers.filter(({ id, deliveredTokens }) => {
    const row = byId.get(uuidOf('request', id));
    return row === undefined || Number(row.output_tokens) < deliveredTokens;
  });
  expect(underbilled).toEqual([]);
  expect(callers.filter(({ deliveredTokens }) => deliveredTokens === 0)).toEqual([]);

  const left = rows.filter(({ outcome }) => outcome === 'caller_gone');
  expect(left.filter(({ streamed }) => streamed)).toHaveLength(droppedCallers);
  expect(left.filter(({ estimated }) => estimated)).toEqual([]);
  callers.forEach(({ id }, index) => {
    const tokens = Number(byId.get(uuidOf('request', id))?.output_tokens);
    if (index % 2 === 0) expect(tokens).toBe(short.tokens);
    else expect(tokens).toBeLessThan(long.tokens);
  });
  // Who leaves before a whole reply pays for all of it: it was made.
  const wholes = left.filter(({ streamed }) => !streamed);
  expect(wholes.map((row) => [row.output_tokens, row.estimated])).toEqual(
    wholes.map(() => [String(whole.tokens), false]),
  );
  expect(wholes).toHaveLength(received.filter(({ streamed }) => !streamed).length);
  // Who stays pays what the provider counted.
  const control = byId.get(uuidOf('request', stayed.id));
  expect(stayed.complete).toBe(true);
  expect(control).toMatchObject({ outcome: 'completed', output_tokens: String(short.tokens) });

  const delivered = callers.reduce((sum, { deliveredTokens }) => sum + deliveredTokens, 0);
  const billed = left.reduce((sum, row) => sum + Number(row.output_tokens), 0);
  process.stdout.write(
    `disconnects: ${callers.length} left after ${delivered} tokens in all; billed ${billed} tokens, 0 unbilled\n`,
  );

  await eventually(
    async () => {
      const own = { gateway: stack.gateway, apiKey: account.apiKey };
      const { spent_nano_usd: spent, held_nano_usd: held } = await getJson<Credits>(
        own,
        '/v1/credits',
      );
      expect(BigInt(spent)).toBe(rows.reduce((sum, { cost }) => sum + BigInt(cost), 0n));
      expect(held).toBe('0');
    },
    { intervalMs: 250 },
  );
  const { code, output } = await verify(stack);
  for (const [name, { checked, violations }] of Object.entries(findings(output))) {
    expect([name, checked > 0 || mayBeEmpty.includes(name), violations]).toEqual([name, true, 0]);
  }
  expect(code).toBe(0);
});
