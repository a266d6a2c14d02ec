import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  durableOf,
  natsPermissionsOf,
  natsUsers,
  natsUses,
  type NatsPermissions,
  type NatsUser,
} from '@modelbridge/contracts/access';
import { defineEvent, streams, type StreamName } from '@modelbridge/contracts/events';
import { eventually, testNats, type TestNats } from '@modelbridge/testing-kit';
import { AckPolicy } from '@nats-io/jetstream';
import { headers, nanos, type NatsConnection as Connection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { silentLogger } from '../testing/parts.js';
import { messagingBounds } from './bounds.js';
import { Messaging } from './messaging.js';
import { NatsConnection } from './nats-connection.js';

let nats: TestNats;
let operator: NatsConnection;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  nats = await testNats();
  operator = new NatsConnection({ url: nats.url, name: 'operator' }, silentLogger);
  for (const stream of Object.keys(streams)) await operator.ensureStream(stream);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  await operator.close();
  await nats.stop();
});

/** A service as its own user, as the kit connects it; what NATS has denied it. */
function service(name: NatsUser, logger: Logger = silentLogger) {
  const denied: string[] = [];
  const url = nats.urlOf(name);
  const connection = new NatsConnection(
    { url, name, onDenied: (operation) => denied.push(operation) },
    logger,
  );
  const messaging = new Messaging(connection, {
    quarantine: { put: () => Promise.reject(new Error('everything here can be handled')) },
    metrics: new Metrics('test'),
    logger,
  });
  closing.push(async () => {
    await messaging.stopConsumers();
    await connection.close();
  });
  return { connection, messaging, denied };
}

async function plainConnection(name: NatsUser): Promise<Connection> {
  const { host, username: user, password: pass } = new URL(nats.urlOf(name));
  const connection = await connect({ servers: host, user, pass, reconnect: false });
  closing.push(() => connection.close());
  return connection;
}

const event = (): Buffer =>
  Buffer.from(JSON.stringify({ id: 'x', occurredAt: '2026-01-01T00:00:00Z', data: {} }));

/** Which of these the server refuses. */
async function refused(name: NatsUser, attempts: NatsPermissions): Promise<NatsPermissions> {
  const connection = await plainConnection(name);
  const found = { publish: [] as string[], subscribe: [] as string[] };
  const statuses = connection.status();
  void (async () => {
    for await (const status of statuses) {
      if (status.type !== 'error') continue;
      const [, kind = '', subject = ''] =
        /Permissions Violation for (\w+) to "(\S+)"/i.exec(status.error.message) ?? [];
      found[kind === 'Publish' ? 'publish' : 'subscribe'].push(subject);
    }
  })();
  for (const subject of attempts.publish) connection.publish(subject, 'x', { headers: headers() });
  for (const subject of attempts.subscribe) connection.subscribe(subject, { callback: () => {} });
  // The server answers in order: what it refused of the above has come before this.
  await connection.flush();
  // The library hands statuses over when it is idle.
  await setImmediate();
  return found;
}

const subjectsOf = (use: 'publishes' | 'consumes' | 'hears', name: NatsUser): string[] =>
  (natsUses[name][use] as readonly { subject: string }[]).map(({ subject }) => subject);
const consumed = (name: NatsUser): readonly { stream: StreamName; subject: string }[] =>
  natsUses[name].consumes;
const others = (name: NatsUser): NatsUser[] => natsUsers.filter((user) => user !== name);

describe.each(natsUsers)('the user %s', (name) => {
  it('is refused what is of others, and every other part of JetStream', async () => {
    const own = natsPermissionsOf(name);
    const attempts = {
      publish: [
        ...others(name).flatMap((other) => natsPermissionsOf(other).publish),
        ...Object.keys(streams).flatMap((stream) =>
          ['DELETE', 'PURGE', 'MSG.GET', 'MSG.DELETE', 'SNAPSHOT', 'RESTORE'].map(
            (act) => `$JS.API.STREAM.${act}.${stream}`,
          ),
        ),
        ...Object.keys(streams).flatMap((stream) => [
          `$JS.API.DIRECT.GET.${stream}`,
          `$JS.API.CONSUMER.CREATE.${stream}`,
          `$JS.API.CONSUMER.CREATE.${stream}.spy.${stream.toLowerCase()}.x.v1`,
          `$JS.API.CONSUMER.DELETE.${stream}.spy`,
        ]),
        '$JS.API.STREAM.CREATE.OTHER',
        '$JS.API.STREAM.LIST',
        '$SYS.REQ.SERVER.PING',
        ...others(name).map((other) => `_INBOX_${other}.x`),
      ]
        // The server takes the wildcard of a permission for none to publish to.
        .map((subject) => subject.replace('.>', '.1.1.1.1.1'))
        .filter((subject) => !own.publish.some((allowed) => covers(allowed, subject))),
      subscribe: [
        '>',
        '$JS.>',
        '_INBOX.>',
        ...Object.values(streams).flat(),
        ...others(name).flatMap((other) => natsPermissionsOf(other).subscribe),
      ].filter((subject) => !own.subscribe.includes(subject)),
    };
    expect(attempts.publish.length).toBeGreaterThan(20);
    const unique = {
      publish: [...new Set(attempts.publish)],
      subscribe: [...new Set(attempts.subscribe)],
    };
    const found = await refused(name, unique);
    expect(found.publish.sort()).toEqual(unique.publish.sort());
    expect(found.subscribe.sort()).toEqual(unique.subscribe.sort());
  });

  it('may do all that the service does', async () => {
    const { connection, messaging, denied } = service(name);
    for (const subject of subjectsOf('publishes', name)) {
      await messaging.publishRaw(subject, event(), { id: `${name}-${subject}` });
    }
    const heard = new Set<string>();
    for (const subject of subjectsOf('hears', name)) {
      const { connection: plain } = await connection.ready();
      plain.subscribe(subject, { callback: (error) => void (error ?? heard.add(subject)) });
      await plain.flush();
    }
    const { client, manager } = await operator.ready();
    for (const { stream, subject } of consumed(name)) {
      const durable = durableOf(name, subject);
      // As another release made it: the service brings it to its own settings.
      await manager.consumers.add(stream, {
        ...{ durable_name: durable, filter_subject: subject, ack_policy: AckPolicy.Explicit },
        ...{ ack_wait: nanos(2 * messagingBounds.ackWaitMs), max_ack_pending: 1 },
      });
      messaging.consume(defineEvent({ stream, subject, schema: z.unknown() }), {
        durable,
        handle: async () => void heard.add(subject),
      });
    }
    const awaited = [...subjectsOf('consumes', name), ...subjectsOf('hears', name)];
    for (const subject of awaited) {
      await client.publish(subject, event());
    }
    await eventually(() => expect([...heard].sort()).toEqual(awaited.sort()));
    for (const { stream, subject } of consumed(name)) {
      await eventually(async () => {
        const info = await manager.consumers.info(stream, durableOf(name, subject));
        expect(info).toMatchObject({ num_pending: 0, num_ack_pending: 0 });
        expect(info.config.ack_wait).toBe(nanos(messagingBounds.ackWaitMs));
        expect(info.config.max_ack_pending).toBeGreaterThan(1);
      });
    }
    await (await connection.ready()).connection.flush();
    expect(denied).toEqual([]);
  });
});

/** Whether a permission of the server's covers a subject. */
function covers(allowed: string, subject: string): boolean {
  return allowed.endsWith('.>') ? subject.startsWith(allowed.slice(0, -1)) : allowed === subject;
}

it('a violation is counted, and logged by its subject alone', async () => {
  const error = jest.fn();
  const logger = { ...silentLogger, error, warn: () => {}, info: () => {} } as unknown as Logger;
  const { messaging, denied } = service('gateway', logger);
  const canary = Buffer.from('canary-payload');
  const attempt = messaging.publishRaw('auth.key.revoked.v1', canary, { id: 'forged' });
  await expect(attempt).rejects.toThrow();
  expect(new Set(denied)).toEqual(new Set(['publish']));
  expect(error).toHaveBeenCalledWith(
    expect.objectContaining({ operation: 'publish' }),
    'NATS refuses what this user may not do',
  );
  expect(JSON.stringify(error.mock.calls)).not.toContain('canary');
});
