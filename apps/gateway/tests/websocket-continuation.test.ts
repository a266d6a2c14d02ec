import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { codeOf, idOf, SocketGateway, socketModels, user } from './testing/socket-gateway.js';
import { answerLike, framesFor } from './testing/stub-replies.js';
import { json, streamHead } from './testing/stub-upstream.js';
import type { TestGateway } from './testing/test-gateway.js';

describe('responses that a WebSocket continues', () => {
  let server: SocketGateway;
  let gateway: TestGateway;
  beforeAll(async () => {
    server = await SocketGateway.start();
    gateway = server.gateway;
  });
  afterAll(() => gateway.stop());
  beforeEach(() => server.reset());

  it.each(socketModels)('continues the last response with what led to it: %s', async (model) => {
    const socket = await server.open();
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
    const sent = server.received().at(-1)!;
    expect(sent.body.indexOf('alpha')).toBeGreaterThan(-1);
    expect(sent.body.indexOf('one two')).toBeGreaterThan(sent.body.indexOf('alpha'));
    expect(sent.body.indexOf('beta')).toBeGreaterThan(sent.body.indexOf('one two'));
    expect(sent.body).not.toContain('be brief');
    await socket.turn({ model, previous_response_id: idOf(second), input: 'gamma' });
    const third = server.received().at(-1)!.body;
    expect(['alpha', 'beta', 'gamma'].map((word) => third.split(word).length)).toEqual([2, 2, 2]);
  });

  it('always asks OpenAI for reasoning that the next turn can give back', async () => {
    const socket = await server.open();
    await socket.turn({ model: 'gpt-5.4', input: 'hi', store: false });
    expect(gateway.openai.last.json).toMatchObject({
      store: false,
      include: ['reasoning.encrypted_content'],
    });
  });

  it('knows no response of another connection, or before the last', async () => {
    const [one, other] = [await server.open(), await server.open()];
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
    expect(server.received()).toHaveLength(1);
  });

  it('forgets a response once a turn that continues it fails', async () => {
    const socket = await server.open();
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

  it.each(socketModels)('refuses and forgets where a result has no call: %s', async (model) => {
    const socket = await server.open();
    const lost = { type: 'function_call_output', call_id: 'call_lost', output: 'x' };
    const call = { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' };
    const result = { ...lost, call_id: 'call_1' };
    const first = idOf(await socket.turn({ model, input: [user('hi'), call] }));
    const later = [result, { ...call, call_id: 'call_2' }, { ...lost, call_id: 'call_2' }];
    const next = await socket.turn({ model, previous_response_id: first, input: later });
    expect(next.at(-1)?.type).toBe('response.completed');
    const asked = server.received().length;
    const bad = { model, previous_response_id: idOf(next), input: [user('so?'), lost] };
    expect(await socket.turn(bad)).toMatchObject([
      {
        type: 'error',
        status: 400,
        error: { type: 'invalid_request_error', param: 'input' },
      },
    ]);
    expect(server.received()).toHaveLength(asked);
    const again = { model, previous_response_id: idOf(next), input: 'more' };
    expect(codeOf(await socket.turn(again))).toBe('previous_response_not_found');
  });

  it('keeps a response that no turn was to continue when another turn fails', async () => {
    const socket = await server.open();
    const id = idOf(await socket.turn({ model: 'kimi-k2.5', input: 'hi' }));
    expect(codeOf(await socket.turn({ model: 'none', input: 'hi' }))).toBe('model_not_found');
    const events = await socket.turn({ model: 'kimi-k2.5', previous_response_id: id, input: 'x' });
    expect(events.at(-1)?.type).toBe('response.completed');
  });

  it('prepares a turn without output for nothing', async () => {
    const socket = await server.open();
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
    expect(server.received()).toHaveLength(0);
    const input = [user('beta')];
    const next = { model: 'claude-sonnet-4-6', previous_response_id: idOf(warm), input };
    expect((await socket.turn(next)).at(-1)?.type).toBe('response.completed');
    expect(server.received()[0]?.body).toMatch(/alpha.*beta/);
    const wrong = await socket.turn({ model: 'none', input: 'x', generate: false });
    expect(codeOf(wrong)).toBe('model_not_found');
  });

  it('continues a response of another lane', async () => {
    const socket = await server.open();
    const base = { model: 'gpt-5.4' };
    const first = await socket.turn({ ...base, input: 'alpha', stream_id: 'main' });
    const fork = { ...base, stream_id: 'fork', previous_response_id: idOf(first), input: 'beta' };
    expect((await socket.turn(fork)).at(-1)).toMatchObject({
      type: 'response.completed',
      stream_id: 'fork',
    });
    expect(server.received().at(-1)?.body).toMatch(/alpha.*beta/);
  });

  it('survives a last event that is no JSON, and does not remember it', async () => {
    const socket = await server.open();
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
    const other = await server.open();
    expect(codeOf(await other.turn(again))).toBe('previous_response_not_found');
    expect((await other.turn({ model: 'gpt-5.4', input: 'hi' })).at(-1)?.type).toBe(
      'response.completed',
    );
    socket.ws.terminate();
  });
});
