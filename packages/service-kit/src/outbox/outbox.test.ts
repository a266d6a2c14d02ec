import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { counted, startParts, startProcess, type TestParts } from '../testing/parts.js';
import { outboxBounds } from './outbox.js';

describe('Outbox', () => {
  let parts: TestParts;
  const received: string[] = [];
  /** Beside it what a busy machine takes to renew what it has taken is nothing. */
  const longMs = 600_000;

  beforeAll(async () => {
    parts = await startParts();
    parts.messaging.consume(counted, {
      durable: 'test__counted',
      handle: async (_data, { id }) => void received.push(id),
    });
    parts.outbox.start();
  });
  afterAll(() => parts.close());

  const add = (id: string, options: { awaitConfirmation?: boolean } = {}): Promise<void> =>
    parts.database.transaction((tx) => parts.outbox.add(tx, counted, { n: 1 }, { id, ...options }));
  const stored = async (id: string): Promise<number> =>
    (await parts.database.query('select 1 from outbox where event_id = $1', [id])).length;
  const timesReceived = (id: string): number => received.filter((other) => other === id).length;

  it('publishes an event when its transaction commits, and then forgets it', async () => {
    const id = randomUUID();
    await add(id);
    await eventually(() => expect(timesReceived(id)).toBe(1));
    await eventually(async () => expect(await stored(id)).toBe(0));
  });

  it('publishes nothing of a transaction that rolls back', async () => {
    const lost = randomUUID();
    const control = randomUUID();
    await expect(
      parts.database.transaction(async (tx) => {
        await parts.outbox.add(tx, counted, { n: 1 }, { id: lost });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await add(control);
    await eventually(() => expect(timesReceived(control)).toBe(1));
    expect(timesReceived(lost)).toBe(0);
    expect(await stored(lost)).toBe(0);
  });

  it('refuses an event that breaks its schema, so that no consumer has to', async () => {
    await expect(
      parts.database.transaction((tx) =>
        parts.outbox.add(tx, counted, { n: 1.5 }, { id: randomUUID() }),
      ),
    ).rejects.toThrow('billing.test.counted.v1 breaks its schema at n');
  });

  it('sends what a process that crashed after its commit left behind', async () => {
    const id = randomUUID();
    // As a process that ends between commit and publishing: the row is there, no sweeper was told.
    await parts.database.execute(
      `insert into outbox (event_id, subject, payload) values ($1, $2, $3)`,
      [
        id,
        counted.subject,
        JSON.stringify({ id, occurredAt: new Date().toISOString(), data: { n: 1 } }),
      ],
    );
    await eventually(() => expect(timesReceived(id)).toBe(1));
  });

  it('keeps an event that awaits confirmation until it is confirmed', async () => {
    const id = randomUUID();
    await add(id, { awaitConfirmation: true });
    await eventually(() => expect(timesReceived(id)).toBe(1));
    expect(await stored(id)).toBe(1);
    expect(await parts.database.transaction((tx) => parts.outbox.confirm(tx, [id]))).toBe(1);
    expect(await stored(id)).toBe(0);
  });

  it('never drops an event that awaits no confirmation because somebody confirmed its id', async () => {
    const id = randomUUID();
    await parts.database.transaction(async (tx) => {
      await parts.outbox.add(tx, counted, { n: 1 }, { id });
      expect(await parts.outbox.confirm(tx, [id])).toBe(0);
    });
    await eventually(() => expect(timesReceived(id)).toBe(1));
  });

  it('plans to send an unconfirmed event again after its time, then after twice as long', async () => {
    const { resendMs, resendMostMs } = outboxBounds;
    // Hours, beside which what the test itself takes is nothing.
    const hours = 3_600;
    Object.assign(outboxBounds, { resendMs: hours * 1_000, resendMostMs: 10 * hours * 1_000 });
    const id = randomUUID();
    await add(id, { awaitConfirmation: true });
    const waits = async (): Promise<{ attempts: number; wait: number }> => {
      const [row] = await parts.database.query<{ attempts: number; wait: number }>(
        `select attempts, extract(epoch from due_at - clock_timestamp())::float8 as wait
         from outbox where event_id = $1`,
        [id],
      );
      if (row === undefined) throw new Error('the event is gone');
      return row;
    };
    const first = await eventually(async () => {
      const row = await waits();
      expect(row.attempts).toBe(1);
      return row;
    });
    expect(first.wait).toBeGreaterThan(0.9 * hours);
    expect(first.wait).toBeLessThanOrEqual(hours);
    await parts.database.execute('update outbox set due_at = now() where event_id = $1', [id]);
    const second = await eventually(async () => {
      const row = await waits();
      expect(row.attempts).toBe(2);
      return row;
    });
    expect(second.wait).toBeGreaterThan(1.9 * hours);
    expect(second.wait).toBeLessThanOrEqual(2 * hours);
    Object.assign(outboxBounds, { resendMs, resendMostMs });
    await parts.database.transaction((tx) => parts.outbox.confirm(tx, [id]));
  });

  it('sends an unconfirmed event again that JetStream has lost', async () => {
    const id = randomUUID();
    const due = (): Promise<unknown> =>
      parts.database.execute('update outbox set due_at = now() where event_id = $1', [id]);
    await add(id, { awaitConfirmation: true });
    await eventually(() => expect(timesReceived(id)).toBe(1));
    const { manager } = await parts.connection.ready();
    await manager.streams.delete('BILLING');
    await eventually(async () => {
      await due();
      expect(timesReceived(id)).toBeGreaterThan(1);
    });
    await parts.database.transaction((tx) => parts.outbox.confirm(tx, [id]));
  });

  it('shares its work between processes without sending an event twice', async () => {
    const { takenMs } = outboxBounds;
    outboxBounds.takenMs = longMs;
    const other = startProcess(parts.database, parts.nats.url);
    await other.connection.ready();
    other.outbox.start();
    const published = async (): Promise<number> => {
      const values = await Promise.all(
        [parts, other].map(({ metrics }) => metrics.eventsPublished.get()),
      );
      return values
        .flatMap(({ values: series }) => series)
        .reduce((sum, { value }) => sum + value, 0);
    };
    const before = await published();
    const ids = Array.from({ length: 500 }, () => randomUUID());
    await Promise.all(ids.map((id) => add(id)));
    await eventually(() => expect(ids.every((id) => timesReceived(id) > 0)).toBe(true));
    expect((await published()) - before).toBe(500);
    await other.end();
    outboxBounds.takenMs = takenMs;
  });

  it('holds no row while NATS takes its time, and lets nobody else send it', async () => {
    const { takenMs } = outboxBounds;
    const [slow, next] = [randomUUID(), randomUUID()];
    const sending: (() => void)[] = [];
    const publish = jest
      .spyOn(parts.messaging, 'publishRaw')
      .mockImplementation(() => new Promise((resolve) => sending.push(resolve)));
    await add(slow, { awaitConfirmation: true });
    await eventually(() => expect(sending).toHaveLength(1));
    const due = async (): Promise<{ at: Date; leftMs: number }> => {
      const [row] = await parts.database.query<{ at: Date; left_ms: number }>(
        `select due_at as at, extract(epoch from due_at - clock_timestamp())::float8 * 1000 as left_ms
         from outbox where event_id = $1`,
        [slow],
      );
      return { at: row?.at ?? new Date(0), leftMs: row?.left_ms ?? Infinity };
    };
    // Were its process killed now, another would send it within 2 s; while it lives, it keeps it.
    const { at: first, leftMs } = await due();
    expect(leftMs + outboxBounds.sweepIntervalMs).toBeLessThanOrEqual(2_000);
    await eventually(async () =>
      expect((await due()).at.getTime() - first.getTime()).toBeGreaterThan(takenMs),
    );
    outboxBounds.takenMs = longMs;
    await eventually(async () => expect((await due()).leftMs).toBeGreaterThan(longMs / 2));
    const other = startProcess(parts.database, parts.nats.url);
    await other.connection.ready();
    other.outbox.start();
    await parts.database.transaction((tx) => other.outbox.add(tx, counted, { n: 1 }, { id: next }));
    await eventually(() => expect(timesReceived(next)).toBe(1));
    expect(timesReceived(slow)).toBe(0);
    const confirmed = await parts.database.transaction(async (tx) => {
      await tx.execute("set local lock_timeout = '5s'");
      return parts.outbox.confirm(tx, [slow]);
    });
    expect(confirmed).toBe(1);
    publish.mockRestore();
    for (const resolve of sending) resolve();
    await other.end();
    outboxBounds.takenMs = takenMs;
  });

  it('sends at the next sweep what could not be published', async () => {
    const id = randomUUID();
    const publish = jest
      .spyOn(parts.messaging, 'publishRaw')
      .mockRejectedValueOnce(new Error('not taken'));
    await add(id);
    await eventually(() => expect(timesReceived(id)).toBe(1));
    publish.mockRestore();
    await eventually(async () => expect(await stored(id)).toBe(0));
  });

  it('sends unconfirmed events again at once when NATS comes back without its store', async () => {
    const id = randomUUID();
    await add(id, { awaitConfirmation: true });
    await eventually(() => expect(timesReceived(id)).toBe(1));
    // As after many attempts: by itself it would wait for a minute.
    await parts.database.execute(
      `update outbox set attempts = 9, due_at = now() + interval '1 minute' where event_id = $1`,
      [id],
    );
    await parts.nats.restartEmpty();
    await eventually(() => expect(timesReceived(id)).toBeGreaterThan(1));
    await parts.database.transaction((tx) => parts.outbox.confirm(tx, [id]));
  });

  it('sends everything although only so many bytes go at a time', async () => {
    const { batchBytes } = outboxBounds;
    outboxBounds.batchBytes = 200;
    try {
      const ids = Array.from({ length: 20 }, () => randomUUID());
      await parts.database.transaction(async (tx) => {
        for (const id of ids) await parts.outbox.add(tx, counted, { n: 1 }, { id });
      });
      await eventually(() => expect(ids.every((id) => timesReceived(id) === 1)).toBe(true));
    } finally {
      outboxBounds.batchBytes = batchBytes;
    }
  });

  it('waits out a NATS that is down', async () => {
    const id = randomUUID();
    await parts.nats.stop();
    await add(id);
    expect(timesReceived(id)).toBe(0);
    await parts.nats.start();
    await eventually(() => expect(timesReceived(id)).toBe(1));
  });
});
