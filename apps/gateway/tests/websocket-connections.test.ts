import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { authKeyRevoked } from '@modelbridge/contracts/events';
import { eventually } from '@modelbridge/testing-kit';
import { socketBounds } from '../src/websocket/bounds.js';
import { CallerSocket } from './testing/response-socket.js';
import { codeOf, SocketGateway } from './testing/socket-gateway.js';
import { framesFor } from './testing/stub-replies.js';
import { streamHead } from './testing/stub-upstream.js';
import type { TestGateway } from './testing/test-gateway.js';

describe('connections for turns', () => {
  let server: SocketGateway;
  let gateway: TestGateway;
  beforeAll(async () => {
    server = await SocketGateway.start();
    gateway = server.gateway;
  });
  afterAll(() => gateway.stop());
  beforeEach(() => server.reset());

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

  it('closes on a message above the bound of a body', async () => {
    const socket = await server.open();
    socket.ws.send(Buffer.alloc(33 * 1024 * 1024, 0x20));
    expect((await socket.end()).code).toBe(1009);
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
    const all = await Promise.all(
      Array.from({ length: socketBounds.perKey }, () => server.open(apiKey)),
    );
    const refused = await CallerSocket.refused(`${gateway.url}/v1/responses`, {
      authorization: `Bearer ${apiKey}`,
    });
    expect(refused.statusCode).toBe(429);
    all[0]!.ws.terminate();
    await eventually(async () => (await server.open(apiKey)).ws.terminate());
    for (const { ws } of all) ws.terminate();
  });

  it('ends when it is idle, silent or as old as it may get', async () => {
    const idle = await server.open();
    server.sockets().tick(performance.now() + socketBounds.idleMs);
    expect(await idle.end()).toMatchObject({ code: 1000 });
    const old = await server.open();
    gateway.east.answer = gateway.west.answer = () => undefined;
    server.sockets().tick(performance.now() + socketBounds.lifetimeMs);
    expect(await old.end()).toMatchObject({ code: 1000 });
    expect(old.events).toMatchObject([
      { type: 'error', status: 400, error: { code: 'websocket_connection_limit_reached' } },
    ]);
    const silent = await server.open();
    silent.ws.pause();
    server.sockets().tick(performance.now() + socketBounds.pingMs);
    server.sockets().tick(performance.now() + 3 * socketBounds.pingMs);
    silent.ws.resume();
    expect(await silent.end()).toMatchObject({ code: expect.any(Number) });
  });

  it('ends with its key', async () => {
    const { apiKey, key } = gateway.services.createKey();
    const [idle, busy] = [await server.open(apiKey), await server.open(apiKey)];
    gateway.services.keys.clear();
    const { messaging } = gateway.outside;
    const revoked = { keyId: key.keyId, publicId: key.publicId };
    await messaging.publish(authKeyRevoked, revoked, { id: key.keyId });
    // Once the gateway has heard of it, one look at the keys is enough.
    await eventually(async () => {
      const headers = { authorization: `Bearer ${apiKey}` };
      expect((await fetch(`${gateway.url}/v1/usage?limit=1`, { headers })).status).toBe(401);
    });
    server.sockets().tick(performance.now() + socketBounds.pingMs);
    expect((await idle.end()).code).toBe(1008);
    expect((await busy.end()).code).toBe(1008);
  });

  it('refuses a turn with a key that is revoked, and closes', async () => {
    const { apiKey, key } = gateway.services.createKey();
    const socket = await server.open(apiKey);
    gateway.services.keys.clear();
    const { messaging } = gateway.outside;
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

  it('holds an upstream back while the caller does not read', async () => {
    const socket = await server.open();
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
    const [idle, busy] = [await server.open(), await server.open()];
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
