import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { eventually } from '@modelbridge/testing-kit';
import { chat, chatOf } from './callers.js';
import { query } from './database.js';
import {
  clearSandbox,
  type Credits,
  getJson,
  sandboxRequests,
  setFaults,
  type SandboxRequest,
} from './gateway-api.js';
import { type Account, createAccount, findings, verify } from './operator.js';
import { type Stack, startStack } from './stack.js';

/** The sandbox puts so many tokens into a chunk of a stream; the last may have fewer. */
const tokensPerChunk = 3;
const droppedCallers = 200;

let stack: Stack;
let account: Account;

beforeAll(async () => {
  stack = await startStack();
  account = await createAccount(stack, { balanceUsd: '100' });
  await clearSandbox(stack);
}, 180_000);
afterAll(async () => {
  await stack?.stop();
}, 30_000);

interface Dropped {
  /** Empty where the caller left before the head. */
  id: string;
  deliveredTokens: number;
}

/** Sends a request over a socket of its own and destroys it after so many chunks with text. */
function dropAfter(chunks: number, request: object): Promise<Dropped> {
  const { hostname, port } = new URL(stack.gateway);
  const body = JSON.stringify(request);
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${account.apiKey}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    const delivered = (): number => (received.match(/"content":"[^"]/g) ?? []).length;
    socket.setEncoding('utf8').once('error', reject);
    socket.once('connect', () => {
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => {
        if (chunks === 0) socket.destroy();
      });
    });
    socket.on('data', (text: string) => {
      received += text;
      if (delivered() >= chunks) socket.destroy();
    });
    socket.once('close', () => {
      resolve({
        id: /^x-request-id: (\S+)/im.exec(received)?.[1] ?? '',
        deliveredTokens: delivered() * tokensPerChunk,
      });
    });
  });
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
  // Half of the streams end while they are read on for their usage, half are cut after that time.
  const short = 30;
  const long = 600;
  await setFaults(stack, [
    { model: 'kimi-k2.5', chunkDelayMs: 200 },
    { model: 'glm-5', latencyMs: 1_500 },
  ]);
  const dropped = Promise.all(
    Array.from({ length: droppedCallers }, (_, index) =>
      dropAfter(1 + (index % 5), chatOf(index % 2 === 0 ? short : long, { stream: true })),
    ),
  );
  const unstreamed = Promise.all(
    Array.from({ length: 10 }, () => dropAfter(0, chatOf(short, { model: 'glm-5' }))),
  );
  const stayed = await chat(stack.gateway, account.apiKey, chatOf(short, { stream: true }));
  const callers = await dropped;
  await unstreamed;

  const received = await eventually(
    async () => {
      const requests = await sandboxRequests(stack);
      const over = (request: SandboxRequest & { finished?: boolean }) => request.finished === true;
      expect(requests.filter((request) => !over(request))).toEqual([]);
      return requests;
    },
    { timeoutMs: 30_000, intervalMs: 500 },
  );
  const rows = await eventually(
    async () => {
      const found = await allRows();
      expect(found).toHaveLength(received.length);
      return found;
    },
    { timeoutMs: 20_000, intervalMs: 250 },
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
  const readToTheEnd = left.filter(({ estimated, streamed }) => streamed && !estimated);
  expect(readToTheEnd.map((row) => row.output_tokens)).toEqual(
    Array.from({ length: droppedCallers / 2 }, () => String(short)),
  );
  const cut = left.filter(({ estimated }) => estimated);
  expect(cut).toHaveLength(droppedCallers / 2);
  for (const row of cut) {
    expect(Number(row.output_tokens)).toBeGreaterThan(short);
    expect(Number(row.output_tokens)).toBeLessThan(long);
  }
  // Who leaves before a whole reply pays for all of it: it was made.
  const whole = left.filter(({ streamed }) => !streamed);
  expect(whole.map((row) => [row.output_tokens, row.estimated])).toEqual(
    whole.map(() => [String(short), false]),
  );
  expect(whole).toHaveLength(received.filter(({ streamed }) => !streamed).length);
  // Who stays pays what the provider counted.
  const control = byId.get(uuidOf('request', stayed.id));
  expect(stayed.complete).toBe(true);
  expect(control).toMatchObject({ outcome: 'completed', output_tokens: String(short) });

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
    { timeoutMs: 30_000, intervalMs: 250 },
  );
  const { code, output } = await verify(stack);
  for (const { checked, violations } of Object.values(findings(output))) {
    expect([checked > 0, violations]).toEqual([true, 0]);
  }
  expect(code).toBe(0);
}, 120_000);
