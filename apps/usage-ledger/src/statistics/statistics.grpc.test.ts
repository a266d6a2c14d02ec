import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import type { RequestRecord } from '@modelbridge/contracts/events';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { requestIdAt, sampleRecord } from '../testing/sample-records.js';
import { Objectors } from './objectors.service.js';
import { hourMs, statisticsBounds } from './statistics.js';
import { StatisticsService } from './statistics.service.js';

const { leastAccounts, leastRequests, lagMs } = statisticsBounds;

describe('statistics of the service', () => {
  let ledger: RunningLedger;
  let objecting: string[] | undefined = [];
  const epoch = randomUUID();
  // The one that runs: the service itself does not count it yet.
  const hour = Math.floor(Date.now() / hourMs) * hourMs;
  let sequence = 0;
  beforeAll(async () => {
    ledger = await startLedger();
    ledger.app.get(Objectors, { strict: false }).all = async () => {
      if (objecting === undefined) throw new Error('auth is away');
      return objecting;
    };
  });
  afterAll(() => ledger.close());

  interface Account {
    accountId: string;
    userId: string;
  }
  const accounts = (count: number): Account[] =>
    Array.from({ length: count }, () => ({ accountId: newId('account'), userId: newId('user') }));

  /** As many requests of each account as make the group large enough. */
  async function recorded(people: Account[], changes: Partial<RequestRecord>): Promise<void> {
    const each = Math.ceil(leastRequests / people.length);
    const records = people.flatMap((person) =>
      Array.from({ length: each }, (_, i) =>
        sampleRecord((sequence += 1), {
          ...person,
          requestId: requestIdAt(hour + sequence),
          status: i === 0 ? 502 : 200,
          timeToFirstTokenMs: 100 + i,
          ...changes,
        }),
      ),
    );
    for (let at = 0; at < records.length; at += 500) {
      await ledger.publish(epoch, ...records.slice(at, at + 500));
    }
    await ledger.watermarkAt(epoch, sequence);
  }

  const counted = new Date(hour + hourMs + lagMs);
  const count = () => ledger.app.get(StatisticsService, { strict: false }).countDue(counted);
  const told = async () => (await ledger.client.getServiceStatistics({ hours: 24 })).hours;

  it('tell of large groups, round and without whom, and nothing of small ones, objectors, echoes and bad bounds', async () => {
    const many = accounts(leastAccounts);
    const almost = accounts(leastAccounts);
    await recorded(many, { model: 'told' });
    await recorded(accounts(leastAccounts - 1), { model: 'few-accounts' });
    await recorded(almost, { model: 'one-objects' });
    await recorded(many, { model: 'not-sent', provider: null, region: null });
    objecting = undefined;
    await expect(count()).rejects.toThrow('auth is away');
    expect(await told()).toEqual([]);
    objecting = [almost[0]!.userId];
    await count();
    const hours = await told();
    expect(hours).toMatchObject([
      { model: 'told', region: 'us-east', availabilityPermille: 900, medianFirstTokenMs: 100 },
    ]);
    const text = JSON.stringify(hours);
    for (const { accountId, userId } of many) {
      expect(text).not.toContain(accountId);
      expect(text).not.toContain(userId);
    }
    // Counted once: what comes later, and another process, change nothing.
    await recorded(many, { model: 'late' });
    await count();
    expect(await told()).toEqual(hours);
    const bad = ledger.client.getServiceStatistics({ hours: 721 }).catch(rpcErrorFrom);
    expect(await bad).toMatchObject({ code: 'invalid_argument', field: 'hours' });
  });
});
