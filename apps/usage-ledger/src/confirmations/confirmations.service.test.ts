import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/events';
import { eventually } from '@modelbridge/testing-kit';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { sampleRecord } from '../testing/sample-records.js';
import { ConfirmationsService } from './confirmations.service.js';

describe('confirmations', () => {
  let ledger: RunningLedger;
  beforeAll(async () => {
    ledger = await startLedger();
  });
  afterAll(() => ledger.close());

  const outboxRows = () =>
    ledger.query<{ event_id: string }>('select event_id from outbox where await_confirmation');
  const settlement = () => ledger.client.getSettlement({ afterLedgerSequence: 0n });

  it('keeps batches until billing announces their charges, and knows how far that is', async () => {
    const first = sampleRecord(1, { costNanoUsd: '11' });
    const second = sampleRecord(2, { costNanoUsd: '22' });
    const epoch = randomUUID();
    await ledger.publish(epoch, first);
    const firstBatch = await ledger.batchOf(first.requestId);
    await ledger.confirm(...(await outboxRows()).map(({ event_id }) => event_id));
    await eventually(async () => expect(await outboxRows()).toEqual([]));
    const before = await settlement();
    expect(before.confirmedLedgerSequence).toBe(
      BigInt(firstBatch.requests[0]?.ledgerSequence ?? 0),
    );

    await ledger.publish(epoch, second);
    const secondBatch = await ledger.batchOf(second.requestId);
    await ledger.publish(epoch, sampleRecord(3));
    await ledger.watermarkAt(epoch, 3);
    const waiting = await settlement();
    expect(waiting.confirmedLedgerSequence).toBe(before.confirmedLedgerSequence);
    expect(waiting.confirmedCostNanoUsd).toBe(before.confirmedCostNanoUsd);
    expect(waiting.newestLedgerSequence).toBe(before.newestLedgerSequence + 2n);

    await Promise.all([ledger.confirm(secondBatch.batchId), ledger.confirm(secondBatch.batchId)]);
    await eventually(async () => {
      const after = await settlement();
      expect(after.confirmedLedgerSequence).toBe(before.confirmedLedgerSequence + 1n);
      expect(after.confirmedCostNanoUsd).toBe(before.confirmedCostNanoUsd + 22n);
      expect(after.confirmedRequests).toBe(before.confirmedRequests + 1n);
    });
  });

  it('takes off a cost what billing could not charge, once, in the record, its hour and its day', async () => {
    const record = sampleRecord(1, { costNanoUsd: '100' });
    const { keyId, requestId } = record;
    await ledger.publish(randomUUID(), record);
    const { batchId } = await ledger.batchOf(requestId);
    const overrun = { requestId, overrunNanoUsd: '40' };
    await ledger.confirmWith([overrun, overrun], batchId);
    await ledger.confirmWith([overrun], batchId);
    const costs = async () => {
      const sums = await ledger.query<{ requests: bigint; cost_nano_usd: bigint }>(
        `select requests, cost_nano_usd from usage_hourly where key_id = $1
         union all select requests, cost_nano_usd from usage_daily where key_id = $1`,
        [uuidOf('key', keyId)],
      );
      const { request } = await ledger.client.getRequest({ keyId, requestId });
      return { request: request?.costNanoUsd, sums };
    };
    await ledger.confirm(...(await outboxRows()).map(({ event_id }) => event_id));
    await eventually(async () => expect((await settlement()).confirmedOverrunNanoUsd).toBe(40n));
    const sum = { requests: 1n, cost_nano_usd: 60n };
    expect(await costs()).toEqual({ request: 60n, sums: [sum, sum] });
  });

  it('takes every other overrun where one cannot be taken, and owes the batches until it can', async () => {
    const records = [1, 2, 3, 4].map((sequence) => sampleRecord(sequence, { costNanoUsd: '100' }));
    const [bad] = records as [RequestRecord];
    const epoch = randomUUID();
    await ledger.publish(epoch, ...records);
    await ledger.watermarkAt(epoch, records.length);
    const batchIds = (await outboxRows()).map(({ event_id }) => event_id);
    const confirm = () =>
      ledger.app.get(ConfirmationsService, { strict: false }).confirm(
        batchIds,
        records.map(({ requestId }) => ({ requestId, overrunNanoUsd: '40' })),
      );
    const costs = () =>
      Promise.all(
        records.map(async ({ keyId, requestId }) => {
          const { request } = await ledger.client.getRequest({ keyId, requestId });
          return request?.costNanoUsd;
        }),
      );
    const poison = `check (account_id <> '${uuidOf('account', bad.accountId)}') not valid`;
    await ledger.query(`alter table usage_hourly add constraint poison ${poison}`);
    await expect(confirm()).rejects.toThrow('poison');
    expect(await costs()).toEqual([100n, 60n, 60n, 60n]);
    expect(await outboxRows()).toHaveLength(batchIds.length);

    await ledger.query('alter table usage_hourly drop constraint poison');
    await confirm();
    expect(await costs()).toEqual([60n, 60n, 60n, 60n]);
    expect(await outboxRows()).toEqual([]);
  });

  it('sends batches again that billing has not confirmed when the NATS store is lost', async () => {
    const record = sampleRecord(1);
    await ledger.publish(randomUUID(), record);
    const { batchId } = await ledger.batchOf(record.requestId);
    ledger.heard.batches.length = 0;
    await ledger.nats?.restartEmpty();
    expect((await ledger.batchOf(record.requestId)).batchId).toBe(batchId);
  });
});
