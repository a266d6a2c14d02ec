import { request, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { authKeyRevoked } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { eventually } from '@modelbridge/testing-kit';
import OpenAI7 from 'openai-7';
import { ResponsesWS } from 'openai-7/resources/responses/ws';
import { ResponseSockets } from '../src/websocket/response-sockets.service.js';
import { socketBounds } from '../src/websocket/bounds.js';
import { CallerSocket, type SocketEvent } from './testing/response-socket.js';
import { answerLike, framesFor } from './testing/stub-replies.js';
import { json, streamHead } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const models = ['gpt-5.4', 'claude-sonnet-4-6', 'kimi-k2.5'] as const;
const user = (content: string) => ({ type: 'message', role: 'user', content });
const codeOf = (events: SocketEvent[]) => events.at(-1)?.error?.code;

describe('turns over a WebSocket', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    for (const upstream of upstreams()) {
      upstream.answer = answerLike({ words: ['one ', 'two'] });
      upstream.received.length = 0;
    }
  });

  const upstreams = () => [gateway.openai, gateway.anthropic, gateway.east, gateway.west];
  const received = () => upstreams().flatMap((upstream) => upstream.received);
  const sockets = () => gateway.service.running.app.get(ResponseSockets, { strict: false });
  const open = (apiKey = gateway.caller().apiKey, headers = {}) =>
    CallerSocket.open(gateway.url, apiKey, headers);
  const idOf = (events: SocketEvent[]) => events.at(-1)!.response!.id;

  async function openSockets(): Promise<number> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return Number(/^gateway_response_sockets\{.*\} (\d+)$/m.exec(text)?.[1]);
  }

  /** A request that asks for an upgrade which it does not get. */
  function plainUpgrade(
    headers: Record<string, string>,
    pieces: string[] = [],
  ): Promise<{ status: number | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const req = request(
        `${gateway.url}/v1/responses`,
        {
          method: pieces.length > 0 ? 'POST' : 'GET',
          headers: { connection: 'Upgrade', upgrade: 'websocket', ...headers },
        },
        (res) => {
          let body = '';
          res.on('data', (chunk: Buffer) => (body += chunk.toString()));
          res.once('end', () => resolve({ status: res.statusCode, body }));
        },
      );
      req.once('error', reject);
      const [first, ...rest] = pieces;
      if (first === undefined) return void req.end();
      req.write(first);
      setImmediate(() => req.end(rest.join('')));
    });
  }

  it.each(models)(
    'brings the events of HTTP as messages and charges each turn: %s',
    async (model) => {
      const caller = gateway.caller();
      const socket = await open(caller.apiKey, { 'idempotency-key': 'of the upgrade' });
      for (const _ of [1, 2]) {
        const events = await socket.turn({ model, input: 'hi' });
        expect(events.map(({ type }) => type)).toEqual(
          expect.arrayContaining(['response.created', 'response.output_text.delta']),
        );
        expect(events.at(-1)).toMatchObject({
          type: 'response.completed',
          response: { status: 'completed', output: [{ content: [{ text: 'one two' }] }] },
        });
        const { headers } = events[0]!;
        expect(headers).toMatchObject({ 'x-modelbridge-model': model });
        expect(events.slice(1).some((event) => 'headers' in event)).toBe(false);
        expect(await gateway.record(headers?.['x-request-id'])).toMatchObject({
          api: 'responses',
          streamed: true,
          outcome: 'completed',
          keyId: caller.keyId,
          inputTokens: 30,
          outputTokens: 12,
        });
      }
      expect(received().map(({ json: body }) => body['stream'])).toEqual([true, true]);
      for (const name of ['type', 'stream_id', 'generate', 'previous_response_id']) {
        expect(received()[0]?.json).not.toHaveProperty(name);
      }
    },
  );

  it.each(models)('continues the last response with what led to it: %s', async (model) => {
    const socket = await open();
    const first = await socket.turn({ model, instructions: 'be brief', input: 'alpha' });
    const second = await socket.turn({
      model,
      previous_response_id: idOf(first),
      input: [user('beta')],
      store: false,
    });
    expect(second.at(-1)?.type).toBe('response.completed');
    for (const event of [second[0], second.at(-1)]) {
      expect(event?.response).toMatchObject({ previous_response_id: idOf(first) });
    }
    expect(first.at(-1)?.response?.previous_response_id ?? null).toBeNull();
    const sent = received().at(-1)!;
    expect(sent.body.indexOf('alpha')).toBeGreaterThan(-1);
    expect(sent.body.indexOf('one two')).toBeGreaterThan(sent.body.indexOf('alpha'));
    expect(sent.body.indexOf('beta')).toBeGreaterThan(sent.body.indexOf('one two'));
    expect(sent.body).not.toContain('be brief');
    await socket.turn({ model, previous_response_id: idOf(second), input: 'gamma' });
    const third = received().at(-1)!.body;
    expect(['alpha', 'beta', 'gamma'].map((word) => third.split(word).length)).toEqual([2, 2, 2]);
  });

  it('always asks OpenAI for reasoning that the next turn can give back', async () => {
    const socket = await open();
    await socket.turn({ model: 'gpt-5.4', input: 'hi', store: false });
    expect(gateway.openai.last.json).toMatchObject({
      store: false,
      include: ['reasoning.encrypted_content'],
    });
  });

  it('knows no response of another connection, or before the last', async () => {
    const [one, other] = [await open(), await open()];
    const first = idOf(await one.turn({ model: 'kimi-k2.5', input: 'hi' }));
    for (const id of [first, 'resp_never']) {
      const events = await other.turn({ model: 'kimi-k2.5', previous_response_id: id, input: 'x' });
      expect(events).toMatchObject([
        {
          type: 'error',
          status: 400,
          error: { code: 'previous_response_not_found', param: 'previous_response_id' },
          headers: { 'x-should-retry': 'false' },
        },
      ]);
    }
    expect(received()).toHaveLength(1);
  });

  it('forgets a response once a turn that continues it fails', async () => {
    const socket = await open();
    const id = idOf(await socket.turn({ model: 'gpt-5.4', input: 'hi' }));
    const again = { model: 'gpt-5.4', previous_response_id: id, input: 'more' };
    gateway.openai.answer = (res) => json(res, 400, { error: { message: 'no', code: 'bad' } });
    expect((await socket.turn(again))[0]).toMatchObject({ type: 'error', status: 400 });
    gateway.openai.answer = answerLike({ words: ['fine'] });
    expect(codeOf(await socket.turn(again))).toBe('previous_response_not_found');
    expect((await socket.turn({ model: 'gpt-5.4', input: 'all' })).at(-1)?.type).toBe(
      'response.completed',
    );
  });

  it('keeps a response that no turn was to continue when another turn fails', async () => {
    const socket = await open();
    const id = idOf(await socket.turn({ model: 'kimi-k2.5', input: 'hi' }));
    expect(codeOf(await socket.turn({ model: 'none', input: 'hi' }))).toBe('model_not_found');
    const events = await socket.turn({ model: 'kimi-k2.5', previous_response_id: id, input: 'x' });
    expect(events.at(-1)?.type).toBe('response.completed');
  });

  it('prepares a turn without output for nothing', async () => {
    const socket = await open();
    const warm = await socket.turn({
      model: 'claude-sonnet-4-6',
      input: [user('alpha')],
      generate: false,
    });
    expect(warm.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.completed',
    ]);
    expect(warm.at(-1)?.response).toMatchObject({ output: [], usage: { total_tokens: 0 } });
    expect(received()).toHaveLength(0);
    const input = [user('beta')];
    const next = { model: 'claude-sonnet-4-6', previous_response_id: idOf(warm), input };
    expect((await socket.turn(next)).at(-1)?.type).toBe('response.completed');
    expect(received()[0]?.body).toMatch(/alpha.*beta/);
    const wrong = await socket.turn({ model: 'none', input: 'x', generate: false });
    expect(codeOf(wrong)).toBe('model_not_found');
  });

  it('runs the turns of one lane in order, and those of several at once', async () => {
    const socket = await open();
    const held: ServerResponse[] = [];
    gateway.east.answer = gateway.west.answer = (res) => void held.push(res);
    const answer = (res: ServerResponse) => {
      streamHead(res);
      res.end(framesFor('/chat/completions', { words: ['x'] }).join(''));
    };
    const ask = (input: string, lane?: string) =>
      socket.create({ model: 'kimi-k2.5', input, ...(lane && { stream_id: lane }) });
    ask('a1', 'a');
    ask('a2', 'a');
    ask('b1', 'b');
    ask('plain');
    await eventually(() => expect(held).toHaveLength(3));
    const asked = () => received().map(({ json: body }) => JSON.stringify(body['messages']));
    expect(asked().join()).not.toContain('a2');
    held.forEach(answer);
    await eventually(() => expect(held).toHaveLength(4));
    expect(asked().at(-1)).toContain('a2');
    answer(held[3]!);
    const done = () => socket.events.filter(({ type }) => type === 'response.completed');
    await eventually(() => expect(done()).toHaveLength(4));
    expect(done().map(({ stream_id }) => stream_id)).toEqual(
      expect.arrayContaining(['a', 'b', undefined]),
    );
    expect(socket.events.every((event) => event.type !== 'error')).toBe(true);
  });

  it('continues a response of another lane', async () => {
    const socket = await open();
    const base = { model: 'gpt-5.4' };
    const first = await socket.turn({ ...base, input: 'alpha', stream_id: 'main' });
    const fork = { ...base, stream_id: 'fork', previous_response_id: idOf(first), input: 'beta' };
    expect((await socket.turn(fork)).at(-1)).toMatchObject({
      type: 'response.completed',
      stream_id: 'fork',
    });
    expect(received().at(-1)?.body).toMatch(/alpha.*beta/);
  });

  it('bounds lanes and waiting turns', async () => {
    const socket = await open();
    const ends: SocketEvent[][] = [];
    for (let lane = 0; lane <= socketBounds.lanes; lane += 1) {
      ends.push(await socket.turn({ model: 'none', input: 'x', stream_id: `lane-${lane}` }));
    }
    expect(codeOf(ends.at(-2)!)).toBe('model_not_found');
    expect(codeOf(ends.at(-1)!)).toBe('websocket_stream_limit_reached');
    const busy = await open();
    gateway.east.answer = gateway.west.answer = () => undefined;
    for (let turn = 0; turn < socketBounds.waitingTurns + 2; turn += 1) {
      busy.create({ model: 'kimi-k2.5', input: 'x' });
    }
    expect(codeOf(await busy.next(0))).toBe('too_many_at_once');
    busy.ws.terminate();
  });

  it('tells what is wrong with a message, and lives on', async () => {
    const socket = await open();
    const hostile: Array<[string | Buffer, string]> = [
      ['no json', 'not_an_object'],
      ['{"type":"response.create"', 'invalid_json'],
      ['[]', 'not_an_object'],
      ['{}', 'invalid_value'],
      ['{"type":"response.cancel"}', 'invalid_value'],
      ['{"type":"response.create","type":"response.create"}', 'duplicate_key'],
      ['{"type":"response.create","model":"kimi-k2.5"}', 'invalid_value'],
      ['{"type":"response.create","model":"kimi-k2.5","input":"x","stream_id":7}', 'invalid_value'],
      [
        '{"type":"response.create","model":"kimi-k2.5","input":"x","background":true}',
        'unsupported_parameter',
      ],
      [Buffer.from('{"type":"response.create"}'), 'invalid_value'],
    ];
    for (const [message, code] of hostile) {
      const from = socket.events.length;
      socket.ws.send(message);
      expect((await socket.next(from))[0]).toMatchObject({
        type: 'error',
        status: 400,
        error: { code },
      });
    }
    const from = socket.events.length;
    socket.send({ type: 'response.steer', previous_response_id: 'resp_1', input: 'left' });
    expect(await socket.next(from)).toMatchObject([
      {
        type: 'response.steer.failed',
        error: { code: 'steering_not_supported' },
        steer: { previous_response_id: 'resp_1', input: 'left' },
      },
    ]);
    expect((await socket.turn({ model: 'kimi-k2.5', input: 'hi' })).at(-1)?.type).toBe(
      'response.completed',
    );
  });

  it('closes on a message above the bound of a body', async () => {
    const socket = await open();
    socket.ws.send(Buffer.alloc(33 * 1024 * 1024, 0x20));
    expect((await socket.end()).code).toBe(1009);
  });

  it('says why money or a rate refuses a turn, and when to come back', async () => {
    const { apiKey } = gateway.caller();
    const socket = await open(apiKey);
    gateway.openai.answer = (res) =>
      json(res, 429, { error: { message: 'slow down' } }, { 'retry-after': '7' });
    const [event] = await socket.turn({ model: 'gpt-5.4', input: 'hi' });
    expect(event).toMatchObject({
      type: 'error',
      status: 429,
      error: { code: expect.any(String) },
    });
    expect(event?.headers).toMatchObject({
      'x-request-id': expect.any(String),
      'retry-after': '7',
    });
    expect(await gateway.record(event?.headers?.['x-request-id'])).toMatchObject({
      costNanoUsd: '0',
    });
  });

  it('charges what was read when the caller goes in the middle', async () => {
    const before = await openSockets();
    const socket = await open();
    const frames = framesFor('/responses', { words: ['one ', 'two'] });
    let finish = (): unknown => undefined;
    gateway.openai.answer = (res) => {
      streamHead(res);
      for (const frame of frames.slice(0, 5)) res.write(frame);
      finish = () => res.end(frames.slice(5).join(''));
    };
    socket.create({ model: 'gpt-5.4', input: 'hi' });
    const first = await eventually(() => {
      const [event] = socket.events;
      if (event === undefined) throw new Error('nothing yet');
      return event;
    });
    socket.ws.terminate();
    await eventually(async () => expect(await openSockets()).toBe(before));
    finish();
    expect(await gateway.record(first.headers?.['x-request-id'])).toMatchObject({
      outcome: 'caller_gone',
      inputTokens: 30,
      outputTokens: 12,
    });
  });

  it('refuses an upgrade as HTTP refuses a request', async () => {
    const url = `${gateway.url}/v1/responses`;
    const { apiKey } = gateway.caller();
    const authorization = `Bearer ${apiKey}`;
    expect((await CallerSocket.refused(url, {})).statusCode).toBe(401);
    expect(
      (await CallerSocket.refused(`${gateway.url}/v1/realtime`, { authorization })).statusCode,
    ).toBe(404);
    const chat = `${gateway.url}/v1/chat/completions`;
    expect((await CallerSocket.refused(chat, { authorization })).statusCode).toBe(405);
    const { status, body } = await plainUpgrade({ authorization, 'sec-websocket-key': 'short' });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ error: { param: 'sec-websocket-key' } });
  });

  it('passes over other upgrades, as of Java’s client, which asks for HTTP/2', async () => {
    const { apiKey } = gateway.caller();
    const { status } = await plainUpgrade(
      {
        authorization: `Bearer ${apiKey}`,
        connection: 'Upgrade, HTTP2-Settings',
        upgrade: 'h2c',
        'http2-settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
      },
      ['{"model":"kimi-k2.5",', '"input":"hi"}'],
    );
    expect(status).toBe(200);
  });

  it('bounds the connections of one key', async () => {
    const { apiKey } = gateway.caller();
    const all = await Promise.all(Array.from({ length: socketBounds.perKey }, () => open(apiKey)));
    const refused = await CallerSocket.refused(`${gateway.url}/v1/responses`, {
      authorization: `Bearer ${apiKey}`,
    });
    expect(refused.statusCode).toBe(429);
    all[0]!.ws.terminate();
    await eventually(async () => (await open(apiKey)).ws.terminate());
    for (const { ws } of all) ws.terminate();
  });

  it('ends when it is idle, silent or as old as it may get', async () => {
    const idle = await open();
    sockets().tick(performance.now() + socketBounds.idleMs);
    expect(await idle.end()).toMatchObject({ code: 1000 });
    const old = await open();
    gateway.east.answer = gateway.west.answer = () => undefined;
    sockets().tick(performance.now() + socketBounds.lifetimeMs);
    expect(await old.end()).toMatchObject({ code: 1000 });
    expect(old.events).toMatchObject([
      { type: 'error', status: 400, error: { code: 'websocket_connection_limit_reached' } },
    ]);
    const silent = await open();
    silent.ws.pause();
    sockets().tick(performance.now() + socketBounds.pingMs);
    sockets().tick(performance.now() + 3 * socketBounds.pingMs);
    silent.ws.resume();
    expect(await silent.end()).toMatchObject({ code: expect.any(Number) });
  });

  it('ends with its key', async () => {
    const { apiKey, key } = gateway.services.createKey();
    const [idle, busy] = [await open(apiKey), await open(apiKey)];
    gateway.services.keys.clear();
    const messaging = gateway.service.running.app.get(Messaging, { strict: false });
    const revoked = { keyId: key.keyId, publicId: key.publicId };
    await messaging.publish(authKeyRevoked, revoked, { id: key.keyId });
    await eventually(() => {
      sockets().tick(performance.now() + socketBounds.pingMs);
      if (idle.closed === undefined) throw new Error('still open');
    });
    expect(idle.closed?.code).toBe(1008);
    expect((await busy.end()).code).toBe(1008);
  });

  it('refuses a turn with a key that is revoked, and closes', async () => {
    const { apiKey, key } = gateway.services.createKey();
    const socket = await open(apiKey);
    gateway.services.keys.clear();
    const messaging = gateway.service.running.app.get(Messaging, { strict: false });
    const revoked = { keyId: key.keyId, publicId: key.publicId };
    await messaging.publish(authKeyRevoked, revoked, { id: key.keyId });
    const codes = await eventually(async () => {
      const events = await socket.turn({ model: 'kimi-k2.5', input: 'hi' });
      if (codeOf(events) === undefined) throw new Error('not heard of yet');
      return codeOf(events);
    });
    expect(codes).toBe('invalid_api_key');
    expect((await socket.end()).code).toBe(1008);
  });

  it('survives a last event that is no JSON, and does not remember it', async () => {
    const socket = await open();
    gateway.openai.answer = (res) => {
      streamHead(res);
      const frames = framesFor('/responses', { words: ['x'] }).slice(0, -1);
      res.end(
        [...frames, 'event: response.completed\ndata: {"response": {"id": "resp_1", }}\n\n'].join(
          '',
        ),
      );
    };
    const from = socket.events.length;
    socket.create({ model: 'gpt-5.4', input: 'hi' });
    await eventually(() => expect(socket.events.length).toBeGreaterThan(from));
    gateway.openai.answer = answerLike({ words: ['fine'] });
    const again = { model: 'gpt-5.4', previous_response_id: 'resp_1', input: 'x' };
    const other = await open();
    expect(codeOf(await other.turn(again))).toBe('previous_response_not_found');
    expect((await other.turn({ model: 'gpt-5.4', input: 'hi' })).at(-1)?.type).toBe(
      'response.completed',
    );
    socket.ws.terminate();
  });

  it('lets an SDK of OpenAI’s talk', async () => {
    const client = new OpenAI7({ apiKey: gateway.caller().apiKey, baseURL: `${gateway.url}/v1` });
    const ws = new ResponsesWS(client);
    const completed = (): Promise<string> =>
      new Promise((resolve, reject) => {
        ws.once('response.completed', ({ response }) => resolve(response.id));
        ws.once('error', reject);
      });
    const model = 'claude-sonnet-4-6';
    const first = completed();
    ws.send({ type: 'response.create', model, input: 'alpha' });
    const second = first.then((previous_response_id) => {
      const done = completed();
      ws.send({ type: 'response.create', model, previous_response_id, input: 'beta' });
      return done;
    });
    expect(await second).toMatch(/^resp_/);
    expect(gateway.anthropic.last.body).toMatch(/alpha.*beta/);
    ws.close();
  });

  it('holds an upstream back while the caller does not read', async () => {
    const socket = await open();
    const [head, tail] = [
      framesFor('/responses', { words: ['x'] }).slice(0, 4),
      framesFor('/responses', { words: ['x'] }).slice(5),
    ];
    const delta = { type: 'response.output_text.delta', delta: 'x'.repeat(64 * 1024) };
    const piece = `event: ${delta.type}\ndata: ${JSON.stringify(delta)}\n\n`;
    const frames = [...head, ...Array.from({ length: 800 }, () => piece), ...tail];
    let written = 0;
    gateway.openai.answer = (res) => {
      streamHead(res);
      const write = (): void => {
        while (written < frames.length - 4) if (!res.write(frames[written++])) break;
        if (written < frames.length - 4) res.once('drain', write);
        else res.end(frames.slice(written).join(''));
      };
      write();
    };
    socket.ws.pause();
    socket.create({ model: 'gpt-5.4', input: 'hi' });
    let before = -1;
    await eventually(
      () => {
        const moved = written !== before;
        before = written;
        if (moved || written === 0) throw new Error('still going');
      },
      { intervalMs: 500 },
    );
    expect(written).toBeLessThan(700);
    socket.ws.resume();
    expect((await socket.next(0)).at(-1)?.type).toBe('response.completed');
  });

  it('lets turns end before the process does, and takes no others', async () => {
    const [idle, busy] = [await open(), await open()];
    const frames = framesFor('/responses', { words: ['one ', 'two'] });
    let finish = (): unknown => undefined;
    gateway.openai.answer = (res) => {
      streamHead(res);
      res.write(frames[0]);
      finish = () => res.end(frames.slice(1).join(''));
    };
    busy.create({ model: 'gpt-5.4', input: 'hi' });
    await eventually(() => expect(busy.events).not.toHaveLength(0));
    const closing = gateway.service.running.close();
    expect((await idle.end()).code).toBe(1012);
    busy.create({ model: 'gpt-5.4', input: 'again', stream_id: 'other' });
    await eventually(() => expect(codeOf(busy.events)).toBeDefined());
    finish();
    expect((await busy.end()).code).toBe(1012);
    expect(busy.events.at(-1)?.type).toBe('response.completed');
    await closing;
  });
});
