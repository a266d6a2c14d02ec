import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/events';
import { databaseErrorCode } from '@modelbridge/service-kit/database';
import { testNats, testPostgres } from '@modelbridge/testing-kit';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { requestIdAt, sampleRecord } from '../testing/sample-records.js';
import { monthBounds } from './id-month.js';
import { arrivedRecord } from './recording.js';
import { RecordingService } from './recording.service.js';

describe('recording usage', () => {
  let ledger: RunningLedger;
  beforeAll(async () => {
    ledger = await startLedger();
  });
  afterAll(() => ledger.close());

  const get = async ({ keyId, requestId }: { keyId: string; requestId: string }) =>
    (await ledger.client.getRequest({ keyId, requestId })).request;

  it('keeps every field of a request', async () => {
    const epoch = randomUUID();
    const record = sampleRecord(1);
    await ledger.publish(epoch, record);
    await ledger.watermarkAt(epoch, 1);
    expect((await ledger.batchOf(record.requestId)).requests[0]).toEqual({
      ...record,
      gatewayEpoch: epoch,
      ledgerSequence: expect.any(Number),
    });
    expect(await get(record)).toMatchObject({
      ...record,
      gatewayEpoch: epoch,
      startedAt: new Date(record.startedAt),
      completedAt: new Date(record.completedAt),
      errorClass: '',
      sequence: 1n,
      inputTokens: 1_001n,
      cacheReadTokens: 200n,
      cacheWrite5mTokens: 30n,
      cacheWrite1hTokens: 4n,
      outputTokens: 500n,
      reasoningTokens: 100n,
      costNanoUsd: 6_250_001n,
    });
  });

  it('keeps what is absent absent', async () => {
    const epoch = randomUUID();
    const record = sampleRecord(1, {
      teamId: null,
      allowanceId: null,
      provider: null,
      region: null,
      finishReason: null,
      timeToFirstTokenMs: null,
    });
    await ledger.publish(epoch, record);
    await ledger.watermarkAt(epoch, 1);
    const request = await get(record);
    expect(request).toMatchObject({ provider: '', region: '', finishReason: '' });
    expect(request?.teamId ?? request?.allowanceId ?? request?.timeToFirstTokenMs).toBeUndefined();
  });

  it('records a request once that is delivered ten times, and hands it on in one batch', async () => {
    const epoch = randomUUID();
    const record = sampleRecord(1);
    const deliver = (times: number) =>
      Promise.all(Array.from({ length: times }, () => ledger.publish(epoch, record)));
    await deliver(5);
    await ledger.watermarkAt(epoch, 1);
    // In transactions of their own: what came at once may have shared the first one's.
    await deliver(5);
    await ledger.publish(epoch, sampleRecord(2));
    await ledger.watermarkAt(epoch, 2);
    const [row] = await ledger.query<{ rows: bigint }>(
      'select count(*) as rows from usage_request where request_id = $1',
      [uuidOf('request', record.requestId)],
    );
    expect(row?.rows).toBe(1n);
    const [kept] = await ledger.query<{ events: bigint }>(
      `select count(*) as events from outbox where payload like '%' || $1 || '%'`,
      [record.requestId],
    );
    expect(kept?.events).toBe(1n);
    const [hour] = await ledger.query<{ requests: bigint }>(
      'select requests from usage_hourly where key_id = $1',
      [uuidOf('key', record.keyId)],
    );
    expect(hour?.requests).toBe(1n);
  });

  it('cannot hold an id twice, even where no one has looked for it before', async () => {
    const record = sampleRecord(1);
    const epoch = randomUUID();
    await ledger.publish(epoch, record);
    await ledger.watermarkAt(epoch, 1);
    const copy = ledger.query(
      'insert into usage_request select * from usage_request where request_id = $1',
      [uuidOf('request', record.requestId)],
    );
    expect(await copy.catch(databaseErrorCode)).toBe('23505');
  });

  it('quarantines another body under the same id, once, and leaves the first as it was', async () => {
    const epoch = randomUUID();
    const record = sampleRecord(1);
    await ledger.publish(epoch, record);
    await ledger.watermarkAt(epoch, 1);
    const other = { ...record, sequence: 2, costNanoUsd: '1' };
    await Promise.all(Array.from({ length: 3 }, () => ledger.publish(epoch, other)));
    await ledger.watermarkAt(epoch, 2);
    expect((await get(record))?.costNanoUsd).toBe(6_250_001n);
    const rows = await ledger.query(
      'select reason, record from quarantined_record where request_id = $1',
      [uuidOf('request', record.requestId)],
    );
    expect(rows).toEqual([{ reason: 'other_body', record: other }]);
    const metrics = await (await fetch(`${ledger.httpUrl}/metrics`)).text();
    expect(metrics).toMatch(/usage_records_quarantined_total\{reason="other_body"[^}]*\} [1-9]/);
  });

  it('quarantines what Postgres cannot keep without holding up the records beside it', async () => {
    const epoch = randomUUID();
    const good = sampleRecord(2);
    await ledger.publish(epoch, sampleRecord(1, { model: 'a\0b' }), good);
    await ledger.watermarkAt(epoch, 2);
    expect((await get(good))?.requestId).toBe(good.requestId);
  });

  it('records what a gateway answered whose clock is years off, once, under its arrival', async () => {
    const epoch = randomUUID();
    const before = Date.now();
    const records = ['1999-01-01', '2027-08-01', '2150-01-01'].map((day, index) => {
      const time = `${day}T00:00:00.000Z`;
      const requestId = requestIdAt(Date.parse(time));
      return sampleRecord(index + 1, { requestId, startedAt: time, completedAt: time });
    });
    for (let delivery = 0; delivery < 2; delivery++) {
      for (const record of records) await ledger.publish(epoch, record);
    }
    await ledger.publish(epoch, sampleRecord(4));
    await ledger.watermarkAt(epoch, 4);
    const rows = await ledger.query<{ completed_at: Date }>(
      'select completed_at from usage_request where gateway_epoch = $1',
      [epoch],
    );
    expect(rows).toHaveLength(4);
    for (const record of records) {
      const completedAt = (await get(record))?.completedAt?.getTime();
      expect(completedAt).toBeGreaterThanOrEqual(before);
      const handed = (await ledger.batchOf(record.requestId)).requests.find(
        ({ requestId }) => requestId === record.requestId,
      );
      expect(Date.parse(handed?.completedAt ?? '')).toBe(completedAt);
    }
  });

  it('records the usage of every other account where that of one cannot be', async () => {
    const epoch = randomUUID();
    const records = Array.from({ length: 10 }, (_, index) => sampleRecord(index + 1));
    const [bad, ...good] = records as [RequestRecord, ...RequestRecord[]];
    const record = () =>
      ledger.app
        .get(RecordingService, { strict: false })
        .record([...good, bad].map((one) => arrivedRecord(epoch, one)));
    const poison = `check (account_id <> '${uuidOf('account', bad.accountId)}') not valid`;
    await ledger.query(`alter table usage_hourly add constraint poison ${poison}`);
    await expect(record()).rejects.toThrow('poison');
    const found = await Promise.all(good.map(get));
    expect(found.map((request) => request?.requestId)).toEqual(
      good.map(({ requestId }) => requestId),
    );

    await ledger.query('alter table usage_hourly drop constraint poison');
    await record();
    await ledger.watermarkAt(epoch, records.length);
    expect((await get(bad))?.requestId).toBe(bad.requestId);
  });

  it('puts ids on both sides of a month boundary into their partitions, made on demand', async () => {
    const epoch = randomUUID();
    const now = new Date();
    const boundary = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 4, 1);
    const keyId = newId('key');
    const before = sampleRecord(1, { keyId, requestId: requestIdAt(boundary - 1, true) });
    const after = sampleRecord(2, { keyId, requestId: requestIdAt(boundary) });
    await ledger.publish(epoch, before, after);
    await ledger.watermarkAt(epoch, 2);
    const rows = await ledger.query<{ partition: string }>(
      `select tableoid::regclass::text as partition from usage_request
       where gateway_epoch = $1 order by request_id`,
      [epoch],
    );
    expect(rows.map(({ partition }) => partition)).toEqual(
      [boundary - 1, boundary].map(
        (time) => `usage_request_${monthBounds(new Date(time)).month.replace('-', '_')}`,
      ),
    );
    const { requests } = await ledger.client.listRequests({
      keyId,
      accountId: '',
      limit: 10,
      cursor: '',
      filter: undefined,
    });
    expect(requests.map(({ requestId }) => requestId)).toEqual([after.requestId, before.requestId]);
  });
});

describe('a crash between commit and publish', () => {
  it('loses no event: the next process sends it', async () => {
    const [database, nats] = await Promise.all([testPostgres(), testNats()]);
    const record = sampleRecord(1);
    const first = await startLedger({ database, nats });
    await nats.stop();
    await first.app
      .get(RecordingService, { strict: false })
      .record([arrivedRecord(randomUUID(), record)]);
    await first.close();
    expect(first.heard.batches).toEqual([]);
    await nats.start();
    const second = await startLedger({ database, nats });
    expect((await second.batchOf(record.requestId)).requests).toHaveLength(1);
    await second.close();
    await Promise.all([database.drop(), nats.stop()]);
  });
});
