import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { sampleRecord } from '../testing/sample-records.js';

describe('outstanding usage', () => {
  let ledger: RunningLedger;
  beforeAll(async () => {
    ledger = await startLedger();
  });
  afterAll(() => ledger.close());

  const report = (gatewayEpoch: string, lastSequence: bigint, oldestAgeMs = 600_000n) =>
    ledger.client.reportUnsettled({
      epochs: [{ gatewayEpoch, oldestSequence: 1n, lastSequence, oldestAgeMs }],
    });
  const outstandingOf = async (gatewayEpoch: string) =>
    (await ledger.client.listOutstanding({})).epochs.find(
      (epoch) => epoch.gatewayEpoch === gatewayEpoch,
    );

  it('is what a gateway reports, until it has arrived', async () => {
    const epoch = randomUUID();
    await report(epoch, 2n);
    const reported = await outstandingOf(epoch);
    expect(reported?.records).toBe(2n);
    expect(reported?.oldestAgeMs).toBeGreaterThanOrEqual(600_000n);
    expect(reported?.silentMs).toBeLessThan(600_000n);
    await ledger.publish(epoch, sampleRecord(1));
    await ledger.watermarkAt(epoch, 1);
    const rest = await outstandingOf(epoch);
    expect(rest?.records).toBe(1n);
    expect(rest?.oldestAgeMs).toBeLessThan(600_000n);
    await ledger.publish(epoch, sampleRecord(2));
    await ledger.watermarkAt(epoch, 2);
    expect(await outstandingOf(epoch)).toBeUndefined();
  });

  it('is not taken for silent by a ledger that has not listened for long', async () => {
    const epoch = randomUUID();
    await report(epoch, 1n);
    await ledger.query(
      "update unsettled_epoch set reported_at = now() - interval '1 day' where gateway_epoch = $1",
      [epoch],
    );
    expect((await outstandingOf(epoch))?.silentMs).toBeLessThan(3_600_000n);
  });

  it('is what billing has not charged', async () => {
    const record = sampleRecord(1);
    await ledger.publish(randomUUID(), record);
    const { batchId } = await ledger.batchOf(record.requestId);
    const age = async () => (await ledger.client.listOutstanding({})).oldestUnconfirmedAgeMs;
    await ledger.query(
      "update unconfirmed_batch set recorded_at = now() - interval '1 hour' where batch_id = $1",
      [batchId],
    );
    expect(await age()).toBeGreaterThanOrEqual(3_600_000n);
    await ledger.confirm(batchId);
    await eventually(async () => expect(await age()).toBeLessThan(3_600_000n));
  });

  it('takes no report that names no epoch', async () => {
    await expect(report('x', 1n)).rejects.toThrow();
  });
});
