import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { sampleRecord } from '../testing/sample-records.js';

describe('watermarks', () => {
  let ledger: RunningLedger;
  beforeAll(async () => {
    ledger = await startLedger();
  });
  afterAll(() => ledger.close());

  const settlement = () => ledger.client.getSettlement({ afterLedgerSequence: 0n });

  it('wait at a gap and jump when it is filled', async () => {
    const epoch = randomUUID();
    await ledger.publish(epoch, sampleRecord(3), sampleRecord(1));
    await ledger.watermarkAt(epoch, 1);
    await ledger.publish(epoch, sampleRecord(5));
    await ledger.publish(epoch, sampleRecord(2));
    await ledger.watermarkAt(epoch, 3);
    await ledger.publish(epoch, sampleRecord(4));
    await ledger.watermarkAt(epoch, 5);
  });

  it('are announced again when a gateway repeats what has arrived', async () => {
    const epoch = randomUUID();
    const record = sampleRecord(1);
    await ledger.publish(epoch, record);
    await ledger.watermarkAt(epoch, 1);
    ledger.heard.watermarks.delete(epoch);
    await ledger.publish(epoch, record);
    await ledger.watermarkAt(epoch, 1);
  });

  it('pass quarantined records, so that a gateway can forget them', async () => {
    const epoch = randomUUID();
    await ledger.publish(epoch, sampleRecord(1), sampleRecord(2, { costNanoUsd: '-5' }));
    await ledger.watermarkAt(epoch, 2);
    expect((await settlement()).sequenceGaps).toBe(0n);
  });
});
