import { randomUUID } from 'node:crypto';
import { newId, uuidOf } from '@modelbridge/contracts';
import {
  retentionErasureRequested,
  usageLedgerErasureCompleted,
  type ErasureCompleted,
} from '@modelbridge/contracts/events';
import {
  GetUsageSeriesRequest,
  SpendGranularity,
  SpendGroup,
  UsageGranularity,
  UsageGroup,
} from '@modelbridge/contracts/usage_ledger.v1';
import { outsideMessaging, type OutsideMessaging } from '@modelbridge/service-kit/testing';
import { eventually } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleRecord, startLedger, type RunningLedger } from '../testing/index.js';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const today = Math.floor(Date.now() / dayMs) * dayMs;

let ledger: RunningLedger;
let outside: OutsideMessaging;
const answers: ErasureCompleted[] = [];

beforeAll(async () => {
  ledger = await startLedger();
  outside = outsideMessaging(ledger.nats?.url ?? '');
  outside.messaging.subscribeLatest(usageLedgerErasureCompleted, {
    handle: (answer) => void answers.push(answer),
  });
  await outside.listening();
});
afterAll(async () => {
  await outside.close();
  await ledger.close();
});

const person = () => ({ userId: newId('user'), accountId: newId('account'), keyId: newId('key') });

const ask = (who: { userId: string; accountId: string }) => {
  const erasure = {
    erasureId: newId('erasure'),
    userId: who.userId,
    accountId: who.accountId,
    pseudonym: { userId: newId('user'), keyId: newId('key') },
  };
  const send = () =>
    outside.messaging.publish(retentionErasureRequested, erasure, { id: randomUUID() });
  return { erasure, send };
};

const answered = (erasureId: string, times = 1) =>
  eventually(() => {
    const heard = answers.filter((answer) => answer.erasureId === erasureId);
    if (heard.length < times) throw new Error('not answered');
    return heard.at(-1)!;
  });

/** Every table of the database that has a row in which one of these stands, in any column. */
async function tablesWith(needles: readonly string[]): Promise<string[]> {
  const tables = await ledger.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await ledger.query(
      `select from ${name} t where exists (
         select from unnest($1::text[]) needle where t::text like '%' || needle || '%') limit 1`,
      [needles],
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}

const needlesOf = (who: ReturnType<typeof person>, keyHash: string): string[] => [
  ...[who.userId, who.accountId, who.keyId, keyHash],
  uuidOf('user', who.userId),
  uuidOf('account', who.accountId),
  uuidOf('key', who.keyId),
];

async function confirmAll(...requestIds: string[]): Promise<void> {
  for (const requestId of requestIds) {
    await ledger.confirm((await ledger.batchOf(requestId)).batchId);
  }
  await eventually(async () => {
    expect(await ledger.query('select from outbox where await_confirmation')).toEqual([]);
  });
}

describe('the erasure of a person', () => {
  it('leaves number, place and cost of their own requests, and who stands in of a team’s', async () => {
    const [who, epoch] = [person(), randomUUID()];
    const [teamId, teamAccount, colleague] = [newId('team'), newId('account'), newId('user')];
    // Of one minute: how many sums there are of them is counted.
    const completedAt = new Date(Math.floor(Date.now() / minuteMs) * minuteMs).toISOString();
    const own = [1, 2].map((n) =>
      sampleRecord(n, { ...who, completedAt, teamId: null, tags: { project: 'secret-of-theirs' } }),
    );
    const ofTeam = [3, 4].map((n) =>
      sampleRecord(n, {
        ...{ ...who, completedAt, accountId: teamAccount, teamId, keyId: newId('key') },
        timeToFirstTokenMs: n * 100,
      }),
    );
    const others = sampleRecord(5, {
      ...{ accountId: teamAccount, teamId, userId: colleague, completedAt },
    });
    await ledger.publish(epoch, ...own, ...ofTeam, others);
    await ledger.watermarkAt(epoch, 5);
    await confirmAll(own[0]!.requestId, others.requestId);
    const before = await ledger.client.getSettlement({ afterLedgerSequence: 0n });
    const spend = () =>
      ledger.client.listSpend({
        accountId: teamAccount,
        ...{
          keyId: '',
          userId: '',
          from: new Date(today - dayMs),
          to: new Date(today + 2 * dayMs),
        },
        ...{ granularity: SpendGranularity.DAY, groupBy: SpendGroup.MODEL, tags: {}, tagName: '' },
      });
    const teamSpend = await spend();
    const minute = Date.parse(completedAt);
    const series = () =>
      Promise.all(
        [
          { granularity: UsageGranularity.DAY, from: today - dayMs, to: today + 2 * dayMs },
          { granularity: UsageGranularity.MINUTE, from: minute, to: minute + minuteMs },
        ].map(({ from, to, ...asked }) =>
          ledger.client.getUsageSeries(
            GetUsageSeriesRequest.fromPartial({
              ...{ accountId: teamAccount, groupBy: UsageGroup.MODEL, ...asked },
              ...{ from: new Date(from), to: new Date(to) },
            }),
          ),
        ),
      );
    const teamSeries = await series();

    const { erasure, send } = ask(who);
    await send();
    const { counts } = await answered(erasure.erasureId);
    expect(counts).toMatchObject({ requests: 2, team_requests: 2, sums: 3, team_sums: 6 });
    const hashes = [...own, ...ofTeam].map(({ keyHash }) => keyHash);
    const keys = ofTeam.flatMap(({ keyId }) => [keyId, uuidOf('key', keyId)]);
    expect(
      await tablesWith([...needlesOf(who, hashes[0]!), ...hashes, ...keys, 'secret-of-theirs']),
    ).toEqual([]);

    // The books are what they were.
    expect(await ledger.client.getSettlement({ afterLedgerSequence: 0n })).toEqual(before);
    expect(before.sequenceGaps).toBe(0n);
    expect(await spend()).toEqual(teamSpend);
    expect(await series()).toEqual(teamSeries);
    const { requests } = await ledger.client.listRecorded({ afterLedgerSequence: 0n, limit: 100 });
    const kept = requests.find(({ requestId }) => requestId === own[0]!.requestId);
    expect(kept).toMatchObject({ model: '', inputTokens: 0n, outputTokens: 0n, tags: {} });
    expect(kept?.costNanoUsd.toString()).toBe(own[0]!.costNanoUsd);
    const stoodIn = requests.filter(({ userId }) => userId === erasure.pseudonym.userId);
    expect(stoodIn.map(({ requestId }) => requestId)).toEqual(
      ofTeam.map(({ requestId }) => requestId),
    );

    // Asked again, it is answered again, and a gateway's repetition is known.
    await send();
    expect((await answered(erasure.erasureId, 2)).counts).toEqual(counts);
    await ledger.publish(epoch, own[0]!, ofTeam[0]!);
    const sixth = sampleRecord(6);
    await ledger.publish(epoch, sixth);
    await ledger.watermarkAt(epoch, 6);
    await confirmAll(sixth.requestId);
    expect(await tablesWith(needlesOf(who, hashes[0]!))).toEqual([]);
    expect(await ledger.query('select from quarantined_record')).toEqual([]);
  });

  it('is not undone by what comes late, which billing is told nevertheless', async () => {
    const [who, epoch] = [person(), randomUUID()];
    const { erasure, send } = ask(who);
    await send();
    await answered(erasure.erasureId);
    const own = sampleRecord(1, { ...who, teamId: null });
    const ofTeam = sampleRecord(2, { ...who, accountId: newId('account') });
    const unrecordable = sampleRecord(3, { ...who, teamId: null, model: 'has \0' });
    await ledger.publish(epoch, own, ofTeam, unrecordable);
    await ledger.watermarkAt(epoch, 3);
    const { requests } = await ledger.batchOf(own.requestId);
    expect(requests.find(({ requestId }) => requestId === own.requestId)).toMatchObject(who);
    await confirmAll(own.requestId);
    const needles = needlesOf(who, own.keyHash);
    expect(await tablesWith([...needles, ofTeam.keyHash, unrecordable.keyHash])).toEqual([]);
    const [late] = await ledger.query<{ user_id: string }>(
      'select user_id from usage_request where request_id = $1',
      [uuidOf('request', ofTeam.requestId)],
    );
    expect(late?.user_id).toBe(uuidOf('user', erasure.pseudonym.userId));

    // What billing could not charge is taken off, and makes no sum of nobody's.
    await ledger.confirmWith([{ requestId: own.requestId, overrunNanoUsd: '5' }], randomUUID());
    await eventually(async () => {
      const [row] = await ledger.query<{ overrun_nano_usd: bigint }>(
        'select overrun_nano_usd from usage_request where request_id = $1',
        [uuidOf('request', own.requestId)],
      );
      expect(row?.overrun_nano_usd).toBe(5n);
    });
    const nobodys = await ledger.query(
      `select from usage_hourly where account_id = '00000000-0000-0000-0000-000000000000'`,
    );
    expect(nobodys).toEqual([]);
  });
});
