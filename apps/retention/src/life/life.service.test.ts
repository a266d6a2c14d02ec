import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { FakeClock, testPostgres, type TestDatabase } from '@modelbridge/testing-kit';
import { timeToDestroy } from '../clock/time-to-destroy.js';
import { DaysRepository } from '../days/days.repository.js';
import { DetachedPartitionsRepository } from '../days/detached-partitions.repository.js';
import { DetachedPartitions } from '../days/detached-partitions.service.js';
import { dayOfPartition } from '../days/partition.js';
import { Keyring } from '../keyring/keyring.js';
import { ReceiptsRepository } from '../receipts/receipts.repository.js';
import { TestRetention } from '../testing/test-retention.js';
import { LifeService } from './life.service.js';

const dayMs = 24 * 60 * 60_000;
/** A year by SIMULATED_DAYS=365. */
const simulatedDays = Number(process.env.SIMULATED_DAYS ?? 45);

interface Said {
  userId: string;
  requestId: string;
  at: Date;
}

/** Where content older than 30 days can still be read, by the API or with what is left of keys and rows. */
async function readable(retention: TestRetention, said: readonly Said[], now: Date) {
  const old = said.filter(({ at }) => now.getTime() - at.getTime() >= 30 * dayMs);
  const found: string[] = [];
  for (const { userId, requestId } of old) {
    const answer = await retention.clients.content
      .getContent({ requestId, actorUserId: userId })
      .catch(rpcErrorFrom);
    if (answer === undefined || !('code' in answer) || answer.code !== 'not_found')
      found.push(requestId);
  }
  return found;
}

/** What a thief of the keyring and the database would find of days that are over. */
async function left(retention: TestRetention, now: Date): Promise<string[]> {
  const over = new Date(now.getTime() - 30 * dayMs).toISOString().slice(0, 10);
  const keys = (await retention.part(Keyring).list()).filter(
    (name) => name.startsWith('day-') && name <= `day-${over}`,
  );
  await retention.part(DetachedPartitions).remove();
  const tables = await retention.database.query<{ table: string }>(
    `select tablename::text as table from pg_tables where tablename ~ '^content_(detached_)?\\d{8}$'`,
  );
  const days = tables.map(({ table }) => dayOfPartition(table)).filter((day) => day <= over);
  return [...keys, ...days.map((day) => `rows of ${day}`)];
}

describe('the life of content', () => {
  it(`ends at the day's start + 30 days, on every one of ${simulatedDays} days, with sleep and wrong clocks`, async () => {
    const truth = new FakeClock('2026-01-01T00:00:00Z');
    const process = new FakeClock(truth.now());
    const database = new FakeClock(truth.now());
    const retention = await TestRetention.start({
      clock: process,
      databaseClock: database,
      outsideClock: truth,
    });
    const said: Said[] = [];
    const userId = newId('user');
    try {
      for (let day = 0; day < simulatedDays; day += 1) {
        truth.set(new Date(Date.UTC(2026, 0, 1 + day, 10)));
        // On some days one of the clocks is days behind; never both.
        process.set(new Date(truth.now().getTime() - (day % 5 === 3 ? 4 * dayMs : 0)));
        database.set(new Date(truth.now().getTime() - (day % 5 === 1 ? 9 * dayMs : 0)));
        if (day % 5 !== 3) {
          const { requestId } = await retention.say(userId, `said on ${day}`);
          said.push({ userId, requestId, at: new Date(Date.UTC(2026, 0, 1 + day)) });
        }
        const oldest = said.slice(0, Math.max(0, day - 28)).slice(-4);
        // Before anything runs, as after a sleep of days: the API shows nothing that is over.
        expect(await readable(retention, oldest, truth.now())).toEqual([]);
        // Every seventh day nothing runs for three days.
        if (day % 7 < 4) {
          await retention.part(LifeService).endDays();
          expect(await left(retention, truth.now())).toEqual([]);
        }
      }
      await retention.part(LifeService).endDays();
      process.set(truth.now());
      const check = await retention.clients.receipts.checkDeletions({});
      expect(check.examples).toEqual([]);
      const { receipts } = await retention.clients.receipts.listReceipts({
        afterSequence: 0n,
        limit: 0,
      });
      const ended = receipts.filter(({ kind }) => kind === 'content_day');
      expect(ended.length).toBe(new Set(ended.map(({ subject }) => subject)).size);
      const over = said.filter(({ at }) => truth.now().getTime() - at.getTime() >= 30 * dayMs);
      expect(over.length).toBeGreaterThan(0);
      expect(ended.map(({ subject }) => subject)).toEqual(
        expect.arrayContaining(over.map(({ at }) => at.toISOString().slice(0, 10))),
      );
      // What is younger can still be read.
      const newest = said.at(-1);
      const opened = await retention.clients.content.getContent({
        requestId: newest?.requestId ?? '',
        actorUserId: userId,
      });
      expect(opened.reply?.body.toString()).toContain('SAID ON');
    } finally {
      await retention.close();
    }
  }, 600_000);
});

describe('a clock that is far ahead', () => {
  const day = '2026-03-10';
  const truth = new Date(`${day}T12:00:00Z`);
  const ahead = new Date(truth.getTime() + 40 * dayMs);
  const after = (minutes: number) => new Date(truth.getTime() + minutes * 60_000);

  it.each([
    ['agree: the later', after(0), after(15), undefined, after(15)],
    ['differ, and a third is between', after(0), ahead, after(1), after(1)],
    ['differ, and a third is with the earlier', ahead, after(0), after(-1), after(0)],
    ['differ, and a third is with the later', after(0), ahead, ahead, ahead],
    ['differ, and nobody tells a third', ahead, after(0), undefined, after(0)],
  ])('is believed where two of three %s', (_, ours, theirs, outside, expected) => {
    expect(timeToDestroy({ ours, theirs, outside })).toEqual(expected);
  });

  it('destroys nothing by itself; with another it does', async () => {
    const databaseClock = new FakeClock(truth);
    const outsideClock = new FakeClock(truth);
    const retention = await TestRetention.start({
      clock: new FakeClock(truth),
      databaseClock,
      outsideClock,
    });
    try {
      const userId = newId('user');
      const { requestId } = await retention.say(userId, 'something');
      const opened = () =>
        retention.clients.content
          .getContent({ requestId, actorUserId: userId })
          .then(({ reply }) => reply?.body.toString(), rpcErrorFrom);
      for (const wrong of [databaseClock, retention.clock]) {
        wrong.set(ahead);
        await retention.part(LifeService).endDays();
        // Nobody reads it, in case that the clock is right …
        expect(await opened()).toMatchObject({ code: 'not_found' });
        const metrics = await (await fetch(`${retention.service.httpUrl}/metrics`)).text();
        expect(metrics).toMatch(/^retention_days_withheld\{.*\} [1-9]/m);
        expect(metrics).toMatch(/^retention_clock_disagreement_seconds\{.*\} 3456000$/m);
        // … and it is there once that is set right.
        wrong.set(truth);
        expect(await opened()).toContain('SOMETHING');
      }
      // The control: this is what cannot be undone.
      for (const clock of [databaseClock, outsideClock]) clock.set(ahead);
      await retention.part(LifeService).endDays();
      databaseClock.set(truth);
      expect(await opened()).toMatchObject({ code: 'not_found' });
      expect(existsSync(join(retention.keyringDir, `day-${day}`))).toBe(false);
    } finally {
      await retention.close();
    }
  });
});

describe('ending a day', () => {
  let database: TestDatabase;
  let retention: TestRetention;
  beforeAll(async () => {
    database = await testPostgres();
    retention = await TestRetention.start({ database });
  });
  afterAll(async () => {
    await retention.close();
    await database.drop();
  });
  afterEach(() => retention.clock.set('2026-03-10T12:00:00Z'));

  async function restart(): Promise<void> {
    const { clock, keyringDir } = retention;
    await retention.close();
    retention = await TestRetention.start({ database, clock, keyringDir });
  }

  /** Ends once by failing before the step, as if the process had died there, then starts anew. */
  async function diesBefore<T extends object>(part: T, step: keyof T & string): Promise<void> {
    Object.assign(part, { [step]: () => Promise.reject(new Error('killed')) });
    await expect(retention.part(LifeService).endDays()).rejects.toThrow('killed');
    await restart();
  }

  it.each([
    ['the key is destroyed', '2026-04-20', () => diesBefore(retention.part(Keyring), 'destroy')],
    [
      'the partition is detached',
      '2026-05-20',
      () => diesBefore(retention.part(DaysRepository), 'detachPartition'),
    ],
    [
      'the receipt is written',
      '2026-06-20',
      () => diesBefore(retention.part(ReceiptsRepository), 'insert'),
    ],
  ])('goes on where it stopped before %s', async (_, day, die) => {
    retention.clock.set(`${day}T12:00:00Z`);
    const userId = newId('user');
    const { requestId } = await retention.say(userId, 'something');
    const later = new Date(Date.parse(`${day}T00:00:00Z`) + 30 * dayMs);
    retention.clock.set(later);
    // The service looks by itself too: what it ends is one day after another, each once.
    await die();
    await retention.part(LifeService).endDays();
    expect(await left(retention, later)).toEqual([]);
    expect(await readable(retention, [{ userId, requestId, at: new Date(day) }], later)).toEqual(
      [],
    );
    const { receipts } = await retention.clients.receipts.listReceipts({
      afterSequence: 0n,
      limit: 0,
    });
    const ofDay = receipts.filter(({ subject }) => subject === day);
    expect(ofDay).toHaveLength(1);
    expect(ofDay[0]?.facts).toMatchObject({ keyring: 'files', rows_unreadable: '1' });
    expect(existsSync(join(retention.keyringDir, `day-${day}`))).toBe(false);
    expect((await retention.clients.receipts.checkDeletions({})).examples).toEqual([]);
  });

  it('never makes the key of a day again, whatever the clock says later', async () => {
    retention.clock.set('2026-07-20T12:00:00Z');
    const userId = newId('user');
    await retention.say(userId, 'something');
    retention.clock.set('2026-08-19T00:00:00Z');
    await retention.part(LifeService).endDays();
    retention.clock.set('2026-07-20T12:00:00Z');
    const asked = retention.clients.content.getSealingKey({ userId, day: '2026-07-20' });
    expect(rpcErrorFrom(await asked.catch((error: unknown) => error))).toMatchObject({
      code: 'invalid_argument',
      field: 'day',
    });
    const { refused } = await retention.clients.content.storeContents({
      contents: [retention.content({ userId })],
    });
    expect(refused).toMatchObject([{ reason: 'day_over' }]);
  });

  it('is done while its rows wait to be removed, and told of where they wait for more than an hour', async () => {
    retention.clock.set('2026-08-25T12:00:00Z');
    await retention.say(newId('user'), 'something');
    retention.clock.set('2026-09-24T00:00:00Z');
    const removals = retention.part(DetachedPartitionsRepository);
    const { drop } = removals;
    removals.drop = () => Promise.reject(new Error('the file system is slow'));
    await retention.part(LifeService).endDays();
    await expect(retention.part(DetachedPartitions).remove()).rejects.toThrow('slow');
    const checked = async () => (await retention.clients.receipts.checkDeletions({})).examples;
    expect(await checked()).toEqual([]);
    await retention.database.execute(
      `update content_day set ended_at = now() - interval '61 minutes' where day = '2026-08-25'`,
    );
    expect(await checked()).toEqual(['2026-08-25 has ended, and its rows were not removed']);
    const metrics = await (await fetch(`${retention.service.httpUrl}/metrics`)).text();
    expect(metrics).toMatch(/^retention_detached_seconds\{.*\} 366\d/m);
    removals.drop = drop;
    expect(await left(retention, retention.clock.now())).toEqual([]);
    expect(await checked()).toEqual([]);
  });

  it('is found wanting where the key was not destroyed (control)', async () => {
    retention.clock.set('2026-09-20T12:00:00Z');
    await retention.say(newId('user'), 'something');
    const later = new Date('2026-10-20T00:00:00Z');
    retention.clock.set(later);
    retention.part(Keyring).destroy = () =>
      Promise.resolve({ at: later, how: 'not at all', evidence: 'none' });
    await retention.part(LifeService).endDays();
    expect(await left(retention, later)).toContain('day-2026-09-20');
    const { violations, examples } = await retention.clients.receipts.checkDeletions({});
    expect(violations).toBeGreaterThan(0n);
    expect(examples).toContain('2026-09-20 still has a key');
  });
});
