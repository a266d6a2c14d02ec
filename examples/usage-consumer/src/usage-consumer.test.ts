import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { principals } from '@modelbridge/contracts/access';
import { Database } from '@modelbridge/service-kit/database';
import { createService } from '@modelbridge/service-kit/process';
import {
  eventually,
  startTestService,
  testCertificates,
  testNats,
  testPostgres,
  type TestDatabase,
  type TestNats,
} from '@modelbridge/testing-kit';
import { sampleRecord, startLedger, type RunningLedger } from '@modelbridge/usage-ledger/testing';
import { readConfig } from './config.js';
import { usageConsumer } from './service.js';

describe('the example consumer of usage events', () => {
  const gatewayEpoch = randomUUID();
  let certificates: Awaited<ReturnType<typeof testCertificates>>;
  let nats: TestNats;
  let database: TestDatabase;
  let ledger: RunningLedger;
  let sequence = 0;

  beforeAll(async () => {
    certificates = await testCertificates(...principals, 'test');
    [nats, database] = await Promise.all([testNats(), testPostgres()]);
    ledger = await startLedger({ nats, certificates });
  });
  afterAll(async () => {
    await ledger.close();
    await ledger.database?.drop();
    await Promise.all([nats.stop(), database.drop()]);
  });

  const startConsumer = () =>
    startTestService({
      start: createService,
      name: 'usage-consumer',
      options: (env) => usageConsumer(readConfig(env)),
      database,
      nats,
      certificates,
      env: { USAGE_LEDGER_GRPC: ledger.grpcTarget },
    });
  type Consumer = Awaited<ReturnType<typeof startConsumer>>;

  /** Records requests of two models, at 1,000 nano-USD each. */
  async function use(count: number): Promise<void> {
    const records = Array.from({ length: count }, () => {
      sequence += 1;
      return sampleRecord(sequence, {
        model: sequence % 2 === 0 ? 'even' : 'odd',
        costNanoUsd: '1000',
      });
    });
    await ledger.publish(gatewayEpoch, ...records);
    await ledger.watermarkAt(gatewayEpoch, sequence);
  }

  const allUsed = () => [
    ...(sequence > 0 ? [spendOf('odd', Math.ceil(sequence / 2))] : []),
    ...(sequence > 1 ? [spendOf('even', Math.floor(sequence / 2))] : []),
  ];
  const spendOf = (model: string, requests: number) => ({
    model,
    requests: String(requests),
    cost_nano_usd: String(requests * 1_000),
  });
  const spend = async ({ httpUrl }: Consumer): Promise<unknown[]> =>
    (await (await fetch(`${httpUrl}/spend`)).json()) as unknown[];
  const hasCountedAll = (consumer: Consumer) =>
    eventually(async () => {
      expect(await spend(consumer)).toEqual(expect.arrayContaining(allUsed()));
    });

  /** What an absence of more than a week does: the stream no longer has the events. */
  async function forgetEvents(): Promise<void> {
    await eventually(async () => {
      const waiting = await ledger.query<{ event_id: string }>('select event_id from outbox');
      if (waiting.length === 0) return;
      await ledger.confirm(...waiting.map(({ event_id }) => event_id));
      throw new Error('batches wait for their confirmation');
    });
    await nats.restartEmpty();
  }

  it('catches up on what the stream has forgotten, then follows live, without gap or double', async () => {
    await use(30);
    await forgetEvents();
    const consumer = await startConsumer();
    await Promise.all([hasCountedAll(consumer), use(7)]);
    for (let round = 0; round < 5; round += 1) await use(3);
    await hasCountedAll(consumer);
    await consumer.close();
  });

  it('goes on where it stopped, and notices by itself that events are missing', async () => {
    const consumer = await startConsumer();
    await hasCountedAll(consumer);
    await consumer.close();
    await use(11);
    await forgetEvents();
    const again = await startConsumer();
    await use(2);
    await hasCountedAll(again);
    await again.close();
  });

  it('counts a batch that is sent again once', async () => {
    const consumer = await startConsumer();
    await use(4);
    await hasCountedAll(consumer);
    ledger.heard.batches.length = 0;
    await nats.restartEmpty();
    await ledger.query('update outbox set due_at = now()');
    await eventually(() => expect(ledger.heard.batches).not.toEqual([]));
    await use(2);
    await hasCountedAll(consumer);
    await consumer.close();
  });

  it('would count twice without its checkpoint', async () => {
    const consumer = await startConsumer();
    await hasCountedAll(consumer);
    await consumer.running.app
      .get(Database, { strict: false })
      .execute('update checkpoint set ledger_sequence = 0');
    await use(1);
    await eventually(async () => {
      const counted = (await spend(consumer)) as { requests: string }[];
      const total = counted.reduce((sum, { requests }) => sum + Number(requests), 0);
      expect(total).toBeGreaterThan(sequence);
    });
    await consumer.close();
  });
});
