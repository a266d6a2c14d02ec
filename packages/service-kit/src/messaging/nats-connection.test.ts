import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, testProxy, type TestProxy } from '@modelbridge/testing-kit';
import {
  counted,
  silentLogger,
  startParts,
  startProcess,
  type ProcessParts,
  type TestParts,
} from '../testing/parts.js';
import { messagingBounds } from './bounds.js';
import { NatsConnection } from './nats-connection.js';

describe('a network that falls silent', () => {
  let parts: TestParts;
  let proxy: TestProxy;
  let cut: ProcessParts;
  const seen: string[] = [];
  const heard: number[] = [];
  let reconnected = 0;

  beforeAll(async () => {
    parts = await startParts();
  });
  afterAll(() => parts.close());
  beforeEach(async () => {
    proxy = await testProxy(parts.nats.url);
    cut = startProcess(parts.database, proxy.url);
    reconnected = 0;
    seen.length = 0;
    heard.length = 0;
  });
  afterEach(async () => {
    await cut.end();
    await proxy.close();
  });

  const addToOutbox = (id: string): Promise<void> =>
    parts.database.transaction((tx) => cut.outbox.add(tx, counted, { n: 1 }, { id }));

  /** The process publishes, consumes and listens. */
  async function busy(): Promise<void> {
    cut.messaging.consume(counted, {
      durable: 'test__silent',
      handle: async (_data, { id }) => void seen.push(id),
    });
    cut.messaging.subscribeLatest(counted, {
      handle: ({ n }) => void heard.push(n),
      onReconnect: () => (reconnected += 1),
    });
    cut.outbox.start();
    await eventually(() => expect(reconnected).toBe(1));
    const id = randomUUID();
    await addToOutbox(id);
    await eventually(() => expect(seen).toContain(id));
  }

  /** More than sockets hold: what comes after it is never written. */
  async function fillSockets(): Promise<void> {
    const { connection } = await cut.connection.ready();
    const chunk = Buffer.alloc(512 * 1024);
    for (let sent = 0; sent < 64; sent += 1) connection.publish('test.nobody', chunk);
  }

  it('is noticed within 3 s', () => {
    const { pingIntervalMs, maxPingsOut } = messagingBounds;
    expect(pingIntervalMs * (maxPingsOut + 1)).toBeLessThan(3_000);
  });

  it.each([
    ['swallows what is sent', true],
    ['takes nothing more', false],
  ])(
    'and %s is noticed, and all goes on once a new connection is possible',
    async (_how, reading) => {
      await busy();
      proxy.swallow({ reading });
      if (!reading) await fillSockets();
      const lost = randomUUID();
      const published = cut.messaging.publish(counted, { n: 2 }, { id: randomUUID() });
      await addToOutbox(lost);
      await eventually(() => expect(cut.messaging.isConnected).toBe(false));
      await expect(published).rejects.toThrow();
      // Dialled, given up, and dialled again: nothing waits on a server that takes connections only.
      const { taken } = proxy;
      await eventually(() => expect(proxy.taken).toBeGreaterThanOrEqual(taken + 2));
      expect(cut.messaging.isConnected).toBe(false);
      expect(reconnected).toBe(1);
      proxy.forward();
      await eventually(() => expect(reconnected).toBe(2));
      expect(cut.messaging.isConnected).toBe(true);
      await eventually(() => expect(seen).toContain(lost));
      await cut.messaging.publish(counted, { n: 3 }, { id: randomUUID() });
      await eventually(() => expect(heard).toContain(3));
    },
  );

  it('keeps no process from ending, whether NATS was there before or never', async () => {
    await busy();
    proxy.swallow();
    const late = startProcess(parts.database, proxy.url);
    for (const { messaging } of [cut, late]) {
      messaging.consume(counted, { durable: 'test__ending', handle: async () => undefined });
    }
    await Promise.all([cut.end(), late.end()]);
  });

  it('leaves no connection behind that was still being made at the end', async () => {
    const { connection } = startProcess(parts.database, proxy.url);
    await connection.close();
    await expect(connection.ready()).rejects.toThrow('closed');
    await cut.connection.ready();
    await eventually(() => expect(proxy).toMatchObject({ taken: 2, open: 1 }));
  });
});

describe('a server that refuses a known client for a while', () => {
  it('is asked again until it takes the client', async () => {
    const sockets = new Set<Socket>();
    let refusals = 0;
    let refusing = false;
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      socket.write(`INFO ${JSON.stringify({ version: '2.12.0', max_payload: 1024 })}\r\n`);
      socket.on('data', () => {
        if (refusing) {
          refusals += 1;
          socket.end("-ERR 'Authorization Violation'\r\n");
        } else socket.write('PONG\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const connection = new NatsConnection(
      { url: `nats://user:password@127.0.0.1:${port}`, name: 'test' },
      silentLogger,
    );
    let back = 0;
    connection.onReconnect(() => (back += 1));
    await connection.ready();
    refusing = true;
    for (const socket of sockets) socket.destroy();
    await eventually(() => expect(refusals).toBeGreaterThan(3));
    refusing = false;
    await eventually(() => expect(back).toBe(1));
    expect(connection.isConnected).toBe(true);
    await connection.close();
    server.close();
    await once(server, 'close');
  });
});
