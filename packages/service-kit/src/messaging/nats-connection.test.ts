import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
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

/** A process with a network of its own to a NATS and a database of its own. */
class Cut {
  readonly seen: string[] = [];
  readonly heard: number[] = [];
  reconnected = 0;
  readonly process: ProcessParts;

  private constructor(
    readonly parts: TestParts,
    readonly proxy: TestProxy,
  ) {
    this.process = startProcess(parts.database, proxy.url);
  }

  static async start(): Promise<Cut> {
    const parts = await startParts();
    return new Cut(parts, await testProxy(parts.nats.url));
  }

  async end(): Promise<void> {
    await this.process.end();
    await this.proxy.close();
    await this.parts.close();
  }

  addToOutbox(id: string): Promise<void> {
    const { outbox } = this.process;
    return this.parts.database.transaction((tx) => outbox.add(tx, counted, { n: 1 }, { id }));
  }

  /** The process publishes, consumes and listens. */
  async beBusy(): Promise<void> {
    const { messaging, outbox } = this.process;
    messaging.consume(counted, {
      durable: 'test__silent',
      handle: async (_data, { id }) => void this.seen.push(id),
    });
    messaging.subscribeLatest(counted, {
      handle: ({ n }) => void this.heard.push(n),
      onReconnect: () => (this.reconnected += 1),
    });
    outbox.start();
    await eventually(() => expect(this.reconnected).toBe(1));
    const id = randomUUID();
    await this.addToOutbox(id);
    await eventually(() => expect(this.seen).toContain(id));
  }

  /** More than sockets hold: what comes after it is never written. */
  async fillSockets(): Promise<void> {
    const { connection } = await this.process.connection.ready();
    const chunk = Buffer.alloc(512 * 1024);
    for (let sent = 0; sent < 64; sent += 1) connection.publish('test.nobody', chunk);
  }
}

describe('a network that falls silent', () => {
  const cuts: Cut[] = [];
  const start = async (): Promise<Cut> => {
    const cut = await Cut.start();
    cuts.push(cut);
    return cut;
  };
  afterEach(() => Promise.all(cuts.splice(0).map((cut) => cut.end())));

  async function isNoticed(reading: boolean): Promise<void> {
    const cut = await start();
    const { proxy } = cut;
    const { messaging } = cut.process;
    await cut.beBusy();
    proxy.swallow({ reading });
    if (!reading) await cut.fillSockets();
    const lost = randomUUID();
    const published = messaging.publish(counted, { n: 2 }, { id: randomUUID() });
    await cut.addToOutbox(lost);
    await eventually(() => expect(messaging.isConnected).toBe(false));
    await expect(published).rejects.toThrow();
    // Dialled, given up, and dialled again: nothing waits on a server that takes connections only.
    const { taken } = proxy;
    await eventually(() => expect(proxy.taken).toBeGreaterThanOrEqual(taken + 2));
    expect(messaging.isConnected).toBe(false);
    expect(cut.reconnected).toBe(1);
    proxy.forward();
    await eventually(() => expect(cut.reconnected).toBe(2));
    expect(messaging.isConnected).toBe(true);
    await eventually(() => expect(cut.seen).toContain(lost));
    await messaging.publish(counted, { n: 3 }, { id: randomUUID() });
    await eventually(() => expect(cut.heard).toContain(3));
  }

  it('is noticed within 3 s', () => {
    const { pingIntervalMs, maxPingsOut } = messagingBounds;
    expect(pingIntervalMs * (maxPingsOut + 1)).toBeLessThan(3_000);
  });

  it('is noticed whether it swallows what is sent or takes nothing more, and all goes on once a new connection is possible', async () => {
    // Most of it is waiting: both at once.
    await Promise.all([isNoticed(true), isNoticed(false)]);
  });

  it('keeps no process from ending, whether NATS was there before or never', async () => {
    const cut = await start();
    await cut.beBusy();
    cut.proxy.swallow();
    const late = startProcess(cut.parts.database, cut.proxy.url);
    for (const { messaging } of [cut.process, late]) {
      messaging.consume(counted, { durable: 'test__ending', handle: async () => undefined });
    }
    await Promise.all([cut.process.end(), late.end()]);
  });

  it('leaves no connection behind that was still being made at the end', async () => {
    const { parts, proxy, process } = await start();
    const { connection } = startProcess(parts.database, proxy.url);
    await connection.close();
    await expect(connection.ready()).rejects.toThrow('closed');
    await process.connection.ready();
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
