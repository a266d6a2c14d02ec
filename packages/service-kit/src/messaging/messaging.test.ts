import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { DiscardPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { counted, startParts, type TestParts } from '../testing/parts.js';
import type { Consumer } from './pull-consumer.js';

describe('Messaging', () => {
  let parts: TestParts;
  let consumers: Consumer[] = [];

  beforeAll(async () => {
    parts = await startParts();
  });
  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    consumers = [];
    const { manager } = await parts.connection.ready();
    await manager.streams.purge('BILLING');
  });
  afterAll(() => parts.close());

  const publish = (n: number, id: string = randomUUID()): Promise<void> =>
    parts.messaging.publish(counted, { n }, { id });
  const publishText = (text: string): Promise<void> =>
    parts.messaging.publishRaw(counted.subject, Buffer.from(text), { id: randomUUID() });
  const running = (consumer: Consumer): void => void consumers.push(consumer);
  const quarantined = (
    consumer: string,
  ): Promise<{ reason: string; payload: Buffer; deliveries: number }[]> =>
    parts.database.query('select * from quarantined_message where consumer = $1', [consumer]);
  const published = async (): Promise<void> => {
    await parts.connection.ensureStream('BILLING');
  };

  it('delivers an event again until its handler has succeeded', async () => {
    const deliveries: number[] = [];
    running(
      parts.messaging.consume(counted, {
        durable: 'test__retried',
        handle: async (_data, { deliveryCount }) => {
          deliveries.push(deliveryCount);
          if (deliveryCount < 3) throw new Error('not yet');
        },
      }),
    );
    await publish(1);
    await eventually(() => expect(deliveries).toEqual([1, 2, 3]));
    expect(await quarantined('test__retried')).toEqual([]);
  });

  it('quarantines a message that breaks its schema and goes on with the next', async () => {
    const seen: number[] = [];
    running(
      parts.messaging.consume(counted, {
        durable: 'test__malformed',
        handle: async ({ n }) => void seen.push(n),
      }),
    );
    const text = '{"id":"a","occurredAt":"2026-01-01T00:00:00Z","data":{"n":"secret words"}}';
    await publishText(text);
    await publishText('not json');
    await publish(2);
    await eventually(() => expect(seen).toEqual([2]));
    const rows = await eventually(async () => {
      const found = await quarantined('test__malformed');
      expect(found).toHaveLength(2);
      return found;
    });
    expect(rows.map(({ payload }) => payload.toString()).sort()).toEqual(['not json', text].sort());
    expect(rows.map(({ reason }) => reason).sort()).toEqual([
      'billing.test.counted.v1 breaks its schema at n: invalid_type',
      'billing.test.counted.v1 is not JSON',
    ]);
  });

  it('quarantines a message that fails every time, after its last delivery, without blocking others', async () => {
    const seen: number[] = [];
    running(
      parts.messaging.consume(counted, {
        durable: 'test__poison',
        maxDeliver: 3,
        handle: async ({ n }) => {
          if (n === 13) throw new TypeError('poison');
          seen.push(n);
        },
      }),
    );
    await publish(13);
    await publish(14);
    await eventually(() => expect(seen).toEqual([14]));
    const rows = await eventually(async () => {
      const found = await quarantined('test__poison');
      expect(found).toHaveLength(1);
      return found;
    });
    expect(rows[0]).toMatchObject({ deliveries: 3, reason: 'failed 3 times, last with TypeError' });
  });

  it('handles a batch at once, and singles out the one message that fails it', async () => {
    await published();
    const committed = new Set<number>();
    const sizes: number[] = [];
    for (let n = 0; n < 100; n += 1) await publish(n);
    running(
      parts.messaging.consumeBatch(counted, {
        durable: 'test__batch',
        maxDeliver: 2,
        maxBatch: 100,
        maxWaitMs: 2_000,
        handle: async (events) => {
          if (events.some(({ data }) => data.n === 42)) throw new Error('poison');
          sizes.push(events.length);
          for (const { data } of events) committed.add(data.n);
        },
      }),
    );
    await eventually(() => expect(committed.size).toBe(99));
    await eventually(async () => expect(await quarantined('test__batch')).toHaveLength(1));
    expect(Math.max(...sizes)).toBeGreaterThan(10);
  });

  it('handles all others before it gives up on a row of messages that fail', async () => {
    await published();
    const poisoned = 8;
    const committed = new Set<number>();
    for (let n = 0; n < 60; n += 1) await publish(n);
    running(
      parts.messaging.consumeBatch(counted, {
        durable: 'test__row',
        maxBatch: 60,
        maxWaitMs: 2_000,
        handle: async (events) => {
          if (events.some(({ data: { n } }) => n < poisoned)) throw new Error('poison');
          for (const { data } of events) committed.add(data.n);
        },
      }),
    );
    await eventually(() => expect(committed.size).toBe(60 - poisoned));
    expect(await quarantined('test__row')).toEqual([]);
  });

  it('stores the same id once, and the same id under another subject as well', async () => {
    const { manager } = await parts.connection.ready();
    const count = async (): Promise<number> =>
      (await manager.streams.info('BILLING')).state.messages;
    await published();
    const id = randomUUID();
    await publish(1, id);
    await publish(1, id);
    expect(await count()).toBe(1);
    await parts.messaging.publishRaw('billing.test.other.v1', Buffer.from('{}'), { id });
    expect(await count()).toBe(2);
  });

  it('finishes the message in hand before a consumer stops, and hands the next to its successor', async () => {
    const handled: number[] = [];
    let release: (() => void) | undefined;
    const first = parts.messaging.consume(counted, {
      durable: 'test__handover',
      handle: async ({ n }) => {
        await new Promise<void>((resolve) => (release = resolve));
        handled.push(n);
      },
    });
    await publish(1);
    await publish(2);
    await eventually(() => expect(release).toBeDefined());
    const stopped = first.stop();
    expect(handled).toEqual([]);
    release?.();
    await stopped;
    expect(handled).toEqual([1]);
    running(
      parts.messaging.consume(counted, {
        durable: 'test__handover',
        handle: async ({ n }) => void handled.push(n),
      }),
    );
    await eventually(() => expect(handled).toEqual([1, 2]));
  });

  it('goes on when the stream is deleted under a running consumer', async () => {
    const seen: number[] = [];
    running(
      parts.messaging.consume(counted, {
        durable: 'test__deleted',
        handle: async ({ n }) => void seen.push(n),
      }),
    );
    await publish(1);
    await eventually(() => expect(seen).toEqual([1]));
    const { manager } = await parts.connection.ready();
    await manager.streams.delete('BILLING');
    await publish(2);
    await eventually(() => expect(seen).toEqual([1, 2]));
  });

  it('goes on with an empty store after the loss of the server and its disk', async () => {
    const seen: number[] = [];
    let dropped = 0;
    running(
      parts.messaging.consume(counted, {
        durable: 'test__lost',
        handle: async ({ n }) => void seen.push(n),
      }),
    );
    running(
      parts.messaging.subscribeLatest(counted, {
        handle: () => undefined,
        onReconnect: () => (dropped += 1),
      }),
    );
    await publish(1);
    await eventually(() => expect(seen).toEqual([1]));
    await eventually(() => expect(dropped).toBe(1));
    await parts.nats.restartEmpty();
    await eventually(() => expect(dropped).toBe(2));
    await publish(2);
    await eventually(() => expect(seen).toEqual([1, 2]));
  });

  it('tells every process of an event at once, for caches', async () => {
    const heard: number[] = [];
    let subscribed = false;
    running(
      parts.messaging.subscribeLatest(counted, {
        handle: ({ n }) => void heard.push(n),
        onReconnect: () => (subscribed = true),
      }),
    );
    await eventually(() => expect(subscribed).toBe(true));
    await publishText('not json');
    await publish(7);
    await eventually(() => expect(heard).toEqual([7]));
  });

  it('hands over everything in batches much fewer than the messages', async () => {
    const total = 5_000;
    const payload = Buffer.from(
      JSON.stringify({ id: 'x', occurredAt: '2026-01-01T00:00:00Z', data: { n: 1 } }),
    );
    await published();
    for (let sent = 0; sent < total; sent += 1_000) {
      await Promise.all(
        Array.from({ length: 1_000 }, (_, index) =>
          parts.messaging.publishRaw(counted.subject, payload, { id: `rate-${sent + index}` }),
        ),
      );
    }
    let received = 0;
    let batches = 0;
    running(
      parts.messaging.consumeBatch(counted, {
        durable: 'test__rate',
        maxBatch: 250,
        // A batch waits until it is full, however slowly messages come: without batches it would be one each.
        maxWaitMs: 10_000,
        handle: async (events) => {
          batches++;
          received += events.length;
        },
      }),
    );
    await eventually(() => expect(received).toBe(total));
    expect(batches).toBeLessThan(total / 10);
  });

  it('says within 10 s that JetStream takes nothing, also to who publishes nothing, and when it does again', async () => {
    const { manager } = await parts.connection.ready();
    await published();
    await manager.streams.delete('BILLING');
    // A stream that holds the subjects: the declared one cannot be made, as where there is no room for it.
    await manager.streams.add({ name: 'OTHER', subjects: ['billing.>'] });
    const started = performance.now();
    await eventually(() => expect(() => parts.connection.assertTakes()).toThrow('stream BILLING'));
    expect(performance.now() - started).toBeLessThan(30_000);
    await manager.streams.delete('OTHER');
    await eventually(() => parts.connection.assertTakes());
    await publish(1);
  });

  it('brings a stream that somebody changed back to all of its settings', async () => {
    const { manager } = await parts.connection.ready();
    await published();
    const settings = async (): Promise<object> => {
      const { config } = await manager.streams.info('BILLING');
      const { discard, max_msgs, max_msgs_per_subject, max_msg_size, max_age, no_ack } = config;
      return { discard, max_msgs, max_msgs_per_subject, max_msg_size, max_age, no_ack };
    };
    const own = await settings();
    const narrow = { max_msgs: 2, max_msgs_per_subject: 1, max_msg_size: 64, no_ack: true };
    const changes = { ...narrow, discard: DiscardPolicy.New, max_age: nanos(10 * 3_600_000) };
    await manager.streams.update('BILLING', changes);
    expect(await settings()).toEqual(changes);
    await parts.connection.ensureStream('BILLING', true);
    expect(await settings()).toEqual(own);
  });
});
