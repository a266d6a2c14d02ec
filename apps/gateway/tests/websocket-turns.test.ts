import { type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import OpenAI7 from 'openai-7';
import { ResponsesWS } from 'openai-7/resources/responses/ws';
import { socketBounds } from '../src/websocket/bounds.js';
import { type SocketEvent } from './testing/response-socket.js';
import { codeOf, SocketGateway, socketModels } from './testing/socket-gateway.js';
import { framesFor } from './testing/stub-replies.js';
import { json, streamHead } from './testing/stub-upstream.js';
import type { TestGateway } from './testing/test-gateway.js';

describe('turns over a WebSocket', () => {
  let server: SocketGateway;
  let gateway: TestGateway;
  beforeAll(async () => {
    server = await SocketGateway.start();
    gateway = server.gateway;
  });
  afterAll(() => gateway.stop());
  beforeEach(() => server.reset());

  async function openSockets(): Promise<number> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return Number(/^gateway_response_sockets\{.*\} (\d+)$/m.exec(text)?.[1]);
  }

  it.each(socketModels)(
    'brings the events of HTTP as messages and charges each turn: %s',
    async (model) => {
      const caller = gateway.caller();
      const socket = await server.open(caller.apiKey, {
        'idempotency-key': 'of the upgrade',
        'x-modelbridge-tags': 'project=atlas',
      });
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
          tags: { project: 'atlas' },
        });
      }
      expect(server.received().map(({ json: body }) => body['stream'])).toEqual([true, true]);
      for (const name of ['type', 'stream_id', 'generate', 'previous_response_id']) {
        expect(server.received()[0]?.json).not.toHaveProperty(name);
      }
    },
  );

  it('runs the turns of one lane in order, and those of several at once', async () => {
    const socket = await server.open();
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
    const asked = () => server.received().map(({ json: body }) => JSON.stringify(body['messages']));
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

  it('bounds lanes and waiting turns', async () => {
    const socket = await server.open();
    const ends: SocketEvent[][] = [];
    for (let lane = 0; lane <= socketBounds.lanes; lane += 1) {
      ends.push(await socket.turn({ model: 'none', input: 'x', stream_id: `lane-${lane}` }));
    }
    expect(codeOf(ends.at(-2)!)).toBe('model_not_found');
    expect(codeOf(ends.at(-1)!)).toBe('websocket_stream_limit_reached');
    const busy = await server.open();
    gateway.east.answer = gateway.west.answer = () => undefined;
    for (let turn = 0; turn < socketBounds.waitingTurns + 2; turn += 1) {
      busy.create({ model: 'kimi-k2.5', input: 'x' });
    }
    expect(codeOf(await busy.next(0))).toBe('too_many_at_once');
    busy.ws.terminate();
  });

  it('tells what is wrong with a message, and lives on', async () => {
    const socket = await server.open();
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

  it('says why money or a rate refuses a turn, and when to come back', async () => {
    const { apiKey } = gateway.caller();
    const socket = await server.open(apiKey);
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
    const socket = await server.open();
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
});
