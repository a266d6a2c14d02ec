import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { counted, startParts, type TestParts } from '../testing/parts.js';

describe('Inbox', () => {
  let parts: TestParts;

  beforeAll(async () => {
    parts = await startParts();
    await parts.database.execute('create table effect (n integer not null)');
  });
  afterAll(() => parts.close());

  it('lets an event that is delivered twice have its effect once', async () => {
    let deliveries = 0;
    parts.messaging.consume(counted, {
      durable: 'test__once',
      handle: (data, { id }) =>
        parts.database.transaction(async (tx) => {
          deliveries += 1;
          if (!(await parts.inbox.firstTime(tx, 'test__once', id))) return;
          await tx.execute('insert into effect (n) values ($1)', [data.n]);
        }),
    });
    const payload = Buffer.from(
      JSON.stringify({ id: 'fact-1', occurredAt: new Date().toISOString(), data: { n: 1 } }),
    );
    // Two ids for JetStream, as after its duplicate window; one for the fact.
    await parts.messaging.publishRaw(counted.subject, payload, { id: 'first' });
    await parts.messaging.publishRaw(counted.subject, payload, { id: 'second' });
    await eventually(() => expect(deliveries).toBe(2));
    expect(await parts.database.query('select n from effect')).toEqual([{ n: 1 }]);
  });

  it('lets only one of many concurrent deliveries through', async () => {
    const first = await Promise.all(
      Array.from({ length: 8 }, () =>
        parts.database.transaction((tx) => parts.inbox.firstTime(tx, 'race', 'm')),
      ),
    );
    expect(first.filter(Boolean)).toHaveLength(1);
  });

  it('remembers nothing of a transaction that rolled back', async () => {
    await expect(
      parts.database.transaction(async (tx) => {
        await parts.inbox.firstTime(tx, 'rollback', 'm');
        throw new Error('failed');
      }),
    ).rejects.toThrow('failed');
    const again = await parts.database.transaction((tx) =>
      parts.inbox.firstTime(tx, 'rollback', 'm'),
    );
    expect(again).toBe(true);
  });

  it('forgets what is past its retention and nothing else', async () => {
    await parts.database.execute(
      `insert into inbox (consumer, message_id, received_at)
       values ('old', 'm', now() - interval '31 days'), ('recent', 'm', now() - interval '29 days')`,
    );
    await parts.inbox.prune();
    const left = await parts.database.query(
      "select consumer from inbox where consumer in ('old', 'recent')",
    );
    expect(left).toEqual([{ consumer: 'recent' }]);
  });
});
