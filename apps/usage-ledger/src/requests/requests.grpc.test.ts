import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { arrivedRecord } from '../recording/recording.js';
import { RecordingService } from '../recording/recording.service.js';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { sampleRecord } from '../testing/sample-records.js';

describe('listing requests', () => {
  let ledger: RunningLedger;
  beforeAll(async () => {
    ledger = await startLedger();
  });
  afterAll(() => ledger.close());

  const record = (
    from: RunningLedger,
    epoch: string,
    ...records: ReturnType<typeof sampleRecord>[]
  ) =>
    from.app
      .get(RecordingService, { strict: false })
      .record(records.map((item) => arrivedRecord(epoch, item)));

  async function everyPage(
    scope: { keyId?: string; accountId?: string },
    onPage: () => Promise<void>,
  ) {
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = await ledger.client.listRequests({
        keyId: '',
        accountId: '',
        ...scope,
        limit: 7,
        cursor,
        filter: undefined,
      });
      ids.push(...page.requests.map(({ requestId }) => requestId));
      cursor = page.nextCursor;
      await onPage();
    } while (cursor !== '');
    return ids;
  }

  it('pages through each request once, newest first, while more are recorded', async () => {
    const epoch = randomUUID();
    const keyId = newId('key');
    const accountId = newId('account');
    const records = Array.from({ length: 40 }, (_, index) =>
      sampleRecord(index + 1, { keyId, accountId }),
    );
    await record(ledger, epoch, ...records);
    const newestFirst = records.map(({ requestId }) => requestId).reverse();
    let sequence = records.length;
    const recordMore = () =>
      record(ledger, epoch, sampleRecord((sequence += 1), { keyId, accountId }));
    expect(await everyPage({ keyId }, recordMore)).toEqual(newestFirst);
    const byAccount = await everyPage({ accountId }, recordMore);
    expect(byAccount.slice(-40)).toEqual(newestFirst);
    expect(new Set(byAccount).size).toBe(byAccount.length);
  });

  it('lists one key of an account, and nothing of a key of another', async () => {
    const [accountId, keyId] = [newId('account'), newId('key')];
    const mine = sampleRecord(1, { accountId, keyId });
    await record(ledger, randomUUID(), mine, sampleRecord(2, { accountId }), sampleRecord(3));
    const nothing = async () => {};
    expect(await everyPage({ accountId, keyId }, nothing)).toEqual([mine.requestId]);
    expect(await everyPage({ accountId: newId('account'), keyId }, nothing)).toEqual([]);
  });

  it('shows a key nothing of another key', async () => {
    const mine = sampleRecord(1);
    await record(ledger, randomUUID(), mine);
    const call = ledger.client.getRequest({ keyId: newId('key'), requestId: mine.requestId });
    expect(rpcErrorFrom(await call.catch((error: unknown) => error))).toMatchObject({
      code: 'not_found',
      field: 'request_id',
    });
  });

  it.each([
    ['cursor', { cursor: 'nonsense' }],
    ['limit', { limit: 101 }],
    ['key_id', { keyId: 'key_1' }],
  ])('names a bad %s', async (field, changes) => {
    const call = ledger.client.listRequests({
      keyId: newId('key'),
      accountId: '',
      limit: 0,
      cursor: '',
      filter: undefined,
      ...changes,
    });
    expect(rpcErrorFrom(await call.catch((error: unknown) => error))).toMatchObject({
      code: 'invalid_argument',
      field,
    });
  });
});

/** Follows a list by sequence until `total` rows were seen or nothing is left after `done`. */
async function follow(
  list: (after: bigint) => Promise<bigint[]>,
  total: number,
  done: () => boolean,
): Promise<bigint[]> {
  const seen: bigint[] = [];
  for (;;) {
    const last = done();
    const page = await list(seen.at(-1) ?? 0n);
    seen.push(...page);
    if (seen.length >= total || (page.length === 0 && last)) return seen;
  }
}

describe('following the ledger by sequence', () => {
  const batches = 40;
  const perBatch = 5;

  it('misses nothing while two processes record at once', async () => {
    const one = await startLedger();
    const two = await startLedger({ database: one.database, nats: one.nats });
    let recording = true;
    const writing = Promise.all(
      [one, two].map(async (ledger) => {
        const service = ledger.app.get(RecordingService, { strict: false });
        const epoch = randomUUID();
        for (let batch = 0; batch < batches; batch += 1) {
          const records = Array.from({ length: perBatch }, (_, index) =>
            arrivedRecord(epoch, sampleRecord(batch * perBatch + index + 1)),
          );
          await service.record(records);
        }
      }),
    ).finally(() => {
      recording = false;
    });
    const total = 2 * batches * perBatch;
    const list = async (afterLedgerSequence: bigint) =>
      (await one.client.listRecorded({ afterLedgerSequence, limit: 13 })).requests.map(
        ({ ledgerSequence }) => ledgerSequence,
      );
    const seen = await follow(list, total, () => !recording);
    await writing;
    expect(seen).toEqual(Array.from({ length: total }, (_, index) => BigInt(index + 1)));
    expect(
      (await one.client.listRecorded({ afterLedgerSequence: 0n, limit: 1 })).newestLedgerSequence,
    ).toBe(BigInt(total));
    await two.close();
    await one.close();
  });

  it('would miss rows if sequences were drawn without the lock', async () => {
    const ledger = await startLedger();
    await ledger.query('create table unlocked (sequence bigint generated always as identity)');
    const database = ledger.app.get(Database, { strict: false });
    const list = async (after: bigint) =>
      (
        await database.query<{ sequence: bigint }>(
          'select sequence from unlocked where sequence > $1 order by sequence',
          [after],
        )
      ).map(({ sequence }) => sequence);
    let committed = false;
    const seen = await database.transaction(async (slow) => {
      await slow.query('insert into unlocked default values');
      await database.query('insert into unlocked default values');
      return follow(list, 1, () => committed);
    });
    committed = true;
    seen.push(...(await list(seen.at(-1) ?? 0n)));
    expect(seen).toEqual([2n]);
    await ledger.close();
  });
});
