import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { eventually } from '@modelbridge/testing-kit';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { sampleRecord } from '../testing/sample-records.js';

describe('reconciliation', () => {
  let ledger: RunningLedger;
  beforeAll(async () => {
    ledger = await startLedger();
  });
  afterAll(() => ledger.close());

  const settlement = () => ledger.client.getSettlement({ afterLedgerSequence: 0n });

  it('sums only what was recorded after a sequence that is already checked', async () => {
    const record = sampleRecord(1);
    await ledger.publish(randomUUID(), record);
    await ledger.confirm((await ledger.batchOf(record.requestId)).batchId);
    const { confirmedLedgerSequence } = await eventually(async () => {
      const all = await settlement();
      expect(all.confirmedRequests).toBe(1n);
      return all;
    });
    const rest = await ledger.client.getSettlement({
      afterLedgerSequence: confirmedLedgerSequence,
    });
    expect(rest.confirmedRequests).toBe(0n);
    expect(rest.confirmedCostNanoUsd).toBe(0n);
  });

  it('finds a row that is missing under a watermark', async () => {
    const epoch = randomUUID();
    const lost = sampleRecord(2);
    await ledger.publish(epoch, sampleRecord(1), lost, sampleRecord(3));
    await ledger.watermarkAt(epoch, 3);
    expect((await settlement()).sequenceGaps).toBe(0n);
    await ledger.query('delete from usage_request where request_id = $1', [
      uuidOf('request', lost.requestId),
    ]);
    const { sequenceGaps, epochsWithGaps } = await settlement();
    expect(sequenceGaps).toBe(1n);
    expect(epochsWithGaps).toEqual([
      { gatewayEpoch: epoch, settledSequence: 3n, sequenceGaps: 1n },
    ]);
  });
});
