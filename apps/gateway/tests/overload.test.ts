import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { bounds } from '../src/bounds.js';
import { loadBounds } from '../src/load/bounds.js';
import { RoundRobin } from '../src/load/round-robin.js';
import { StartQueue } from '../src/load/start-queue.js';
import { CallerSocket } from './testing/response-socket.js';
import { TestGateway } from './testing/test-gateway.js';

const messages = [{ role: 'user', content: 'hi' }];
const chat = { model: 'gpt-5.4', max_tokens: 20, messages };

describe('a gateway without time for more', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Each turn of the event loop has taken its time, and whoever is not begun in it has waited too long. */
  function noTime({ begins }: { begins: boolean }): void {
    const { hasTime } = StartQueue.prototype;
    jest.spyOn(StartQueue.prototype, 'hasTime').mockImplementation(function (this: StartQueue) {
      hasTime.call(this);
      return false;
    });
    jest.replaceProperty(loadBounds, 'patienceMs', -2);
    jest.replaceProperty(loadBounds, 'turnMs', -1);
    jest.replaceProperty(loadBounds, 'fewStarts', 1);
    if (!begins) jest.spyOn(RoundRobin.prototype, 'take').mockReturnValue(undefined);
  }

  const send = (path: string, apiKey: string, body?: object): Promise<Response> =>
    fetch(gateway.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });

  async function metric(name: string, label = ''): Promise<number> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const isIt = (line: string): boolean => /^\w+/.exec(line)?.[0] === name && line.includes(label);
    return Number(text.split('\n').find(isIt)?.split(' ').at(-1) ?? 0);
  }
  const shed = (): Promise<number> => metric('gateway_shed_total', 'why="waited"');

  const headOf = (apiKey: string, length: number): string =>
    [
      'POST /v1/chat/completions HTTP/1.1',
      'host: gateway',
      `authorization: Bearer ${apiKey}`,
      `content-length: ${length}\r\n\r\n`,
    ].join('\r\n');

  it.each<[string, object | undefined]>([
    ['/v1/chat/completions', chat],
    ['/v1/chat/completions', { ...chat, stream: true }],
    ['/v1/chat/completions', { ...chat, model: 'claude-opus-4-6' }],
    ['/v1/responses', { model: 'gpt-5.4', input: 'hi' }],
    ['/v1/responses', { model: 'gpt-5.4', input: 'hi', stream: true }],
    ['/v1/responses/compact', { model: 'gpt-5.4', input: 'hi' }],
    ['/v1/responses/input_tokens', { model: 'gpt-5.4', input: 'hi' }],
    ['/v1/messages', { ...chat, model: 'claude-opus-4-6' }],
    ['/v1/messages', { ...chat, model: 'claude-opus-4-6', stream: true }],
    ['/v1/messages/count_tokens', { model: 'claude-opus-4-6', messages }],
    ['/v1/usage', undefined],
    ['/v1/credits', undefined],
    ['/v1/key', undefined],
    ['/v1/models', undefined],
  ])('says so and when to come back, and calls nobody: %s %j', async (path, body) => {
    const { apiKey } = gateway.caller();
    expect((await send('/v1/models', apiKey)).status).toBe(200);
    const called = gateway.openai.received.length + gateway.anthropic.received.length;
    const before = await shed();
    noTime({ begins: false });
    const reply = await send(path, apiKey, body);
    const { error } = (await reply.json()) as { error: { code: string } };
    expect([reply.status, error.code]).toEqual([503, 'overloaded']);
    const waitMs = Number(reply.headers.get('retry-after-ms'));
    expect(waitMs).toBeGreaterThanOrEqual(loadBounds.retryAfterMs);
    expect(waitMs).toBeLessThanOrEqual(2 * loadBounds.retryAfterMs);
    expect(reply.headers.get('retry-after')).toMatch(/^[12]$/);
    expect(reply.headers.get('x-should-retry')).toBe('true');
    jest.restoreAllMocks();
    expect(await shed()).toBe(before + 1);
    expect(gateway.openai.received.length + gateway.anthropic.received.length).toBe(called);
  });

  it('says so of a turn over a WebSocket', async () => {
    const socket = await CallerSocket.open(gateway.url, gateway.caller().apiKey);
    noTime({ begins: false });
    const [answer] = await socket.turn({ model: 'gpt-5.4', input: 'hi' });
    expect(answer).toMatchObject({ type: 'error', status: 503, error: { code: 'overloaded' } });
    socket.ws.terminate();
  });

  it('refuses a key that floods before it reads the body, and lets others wait', async () => {
    const [greedy, honest] = [gateway.caller().apiKey, gateway.caller().apiKey];
    for (const key of [greedy, honest]) expect((await send('/v1/models', key)).status).toBe(200);
    // Whoever comes waits for as long as no turn begins anybody; on a busy machine turns are timed all along.
    const noTurn = [
      jest.spyOn(StartQueue.prototype, 'hasTime').mockReturnValue(false),
      jest.spyOn(RoundRobin.prototype, 'take').mockReturnValue(undefined),
    ];
    jest.replaceProperty(loadBounds, 'patienceMs', Infinity);
    jest.replaceProperty(loadBounds, 'standingPatienceMs', Infinity);
    const share = Math.floor(loadBounds.maxWaiting / 3);
    const waiting = Array.from({ length: share }, () => send('/v1/chat/completions', greedy, chat));
    await eventually(async () => expect(await metric('gateway_starts_waiting')).toBe(share));

    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(`${headOf(greedy, 1_000)}{"model"`);
    const refusal = String((await once(socket, 'data'))[0]);
    expect(refusal).toMatch(/^HTTP\/1.1 429 .*"too_many_at_once".*"key.waiting_requests"/s);
    expect(refusal).toContain('retry-after: 1\r\n');
    socket.destroy();
    expect(await metric('gateway_shed_total', 'why="share"')).toBe(1);

    const own = send('/v1/chat/completions', honest, chat);
    await eventually(async () => expect(await metric('gateway_starts_waiting')).toBe(share + 1));
    for (const mock of noTurn) mock.mockRestore();
    expect((await send('/v1/models', honest)).status).toBe(200);
    for (const reply of await Promise.all([own, ...waiting])) expect(reply.status).toBe(200);
    expect(await metric('gateway_starts_waiting')).toBe(0);
  });

  it.each<[string, string, (key: string) => string]>([
    ['a bad key', '/v1/chat/completions', () => 'mb_live_nobody'],
    ['a bad key for a read', '/v1/usage', () => 'mb_live_nobody'],
    ['a wrong path', '/v1/nothing', (key) => key],
    ['a wrong field of a read', '/v1/usage?limit=many', (key) => key],
  ])(
    'reads a connection on which a request was refused after those of others: %s',
    async (_why, path, keyOf) => {
      const { apiKey } = gateway.caller();
      const method = path === '/v1/chat/completions' ? 'POST' : 'GET';
      const request = [
        `${method} ${path} HTTP/1.1`,
        'host: gateway',
        `authorization: Bearer ${keyOf(apiKey)}\r\n\r\n`,
      ].join('\r\n');
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (part: Buffer) => (text += String(part)));
      const answers = (): number => text.split('HTTP/1.1 4').length - 1;
      jest.replaceProperty(loadBounds, 'refusedReadsPerTurn', 0);
      socket.write(request);
      await eventually(() => expect(answers()).toBe(1));
      socket.write(request);
      for (let i = 0; i < 5; i += 1) {
        expect((await send('/v1/models', apiKey)).status).toBe(200);
      }
      expect(answers()).toBe(1);
      jest.restoreAllMocks();
      await eventually(() => expect(answers()).toBe(2));
      socket.destroy();
    },
  );

  it('begins one of those who have come in one turn, whoever is refused', async () => {
    const { apiKey } = gateway.caller();
    expect((await send('/v1/models', apiKey)).status).toBe(200);
    noTime({ begins: true });
    const body = JSON.stringify(chat);
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    // In one piece: they come in one turn.
    socket.write(`${headOf(apiKey, body.length)}${body}`.repeat(3));
    let text = '';
    const statuses = (): string[] => text.match(/HTTP\/1.1 \d+/g) ?? [];
    while (statuses().length < 3) text += String((await once(socket, 'data'))[0]);
    expect(statuses()).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503', 'HTTP/1.1 503']);
    socket.destroy();
  });
});

describe('reads', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  afterEach(() => gateway.services.hanging.clear());

  const get = (path: string, apiKey: string): Promise<Response> =>
    fetch(gateway.url + path, { headers: { authorization: `Bearer ${apiKey}` } });

  it.each([
    ['usage-ledger', '/v1/usage'],
    ['billing', '/v1/credits'],
  ] as const)(
    'of a %s that hangs are told so in time, and a key has a share of them: %s',
    async (service, path) => {
      const [greedy, honest] = [gateway.caller().apiKey, gateway.caller().apiKey];
      for (const key of [greedy, honest]) expect((await get('/v1/models', key)).status).toBe(200);
      gateway.services.hanging.add(service);
      const share = Math.floor(bounds.maxOpenReads / 3);
      const replies = await Promise.all([
        ...Array.from({ length: share + 5 }, () => get(path, greedy)),
        get(path, honest),
      ]);
      const own = replies.pop()!;
      for (const reply of [...replies, own].filter(({ status }) => status === 503)) {
        expect(await reply.json()).toMatchObject({ error: { code: 'service_unavailable' } });
        expect(reply.headers.get('retry-after')).toBe('1');
      }
      const refused = replies.filter(({ status }) => status === 429);
      expect([own.status, replies.length - refused.length, refused.length]).toEqual([
        503,
        share,
        5,
      ]);
      expect(await refused[0]!.json()).toMatchObject({
        error: { code: 'too_many_at_once', bound: 'key.open_reads' },
      });
      expect(gateway.services.leftMs.get(callOf[service])).toBeLessThanOrEqual(bounds.readMs);
    },
  );
});

const callOf = { 'usage-ledger': 'usage-ledger.listRequests', billing: 'billing.getCredits' };
