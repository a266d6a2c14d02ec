import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { RunningBilling } from '../testing/running-billing.js';
import { pruningBounds } from './bounds.js';
import { PruningService } from './pruning.service.js';

const dayMs = 24 * 3_600_000;
const { batch, mostBatches } = pruningBounds;

let billing: RunningBilling;
let account: string;
beforeAll(async () => {
  billing = await RunningBilling.start();
  account = uuidOf('account', (await billing.account(0n)).accountId);
});
afterAll(async () => {
  Object.assign(pruningBounds, { batch, mostBatches });
  await billing.close();
});

const daysAgo = (days: number): Date => new Date(Date.now() - days * dayMs);
const run = () => billing.part(PruningService).run();

async function event(id: string, state: string, days: number): Promise<void> {
  await billing.database.execute(
    `INSERT INTO stripe_event (event_id, type, object_id, state, created_at) VALUES ($1, 'a.type', 'pi_1', $2, $3)`,
    [id, state, daysAgo(days)],
  );
}

async function events(): Promise<string[]> {
  const rows = await billing.database.query<{ id: string }>(
    'SELECT event_id AS id FROM stripe_event ORDER BY 1',
  );
  return rows.map(({ id }) => id);
}

/** A notice with its mail and, where one is named, its delivery. */
async function notice(cause: string, days: number, mail: string, delivery?: string): Promise<void> {
  const isOver = (state: string) => state !== 'pending';
  await billing.database.execute(
    `WITH added AS (
       INSERT INTO notice (id, account_id, kind, cause, facts, created_at)
       VALUES (gen_random_uuid(), $1, 'payment_received', $2, '{}', $3) RETURNING id),
     delivery AS (
       INSERT INTO account_webhook_delivery (id, account_id, notice_id, state, created_at, ended_at)
       SELECT gen_random_uuid(), $1, id, $5, $3, CASE WHEN $6 THEN $3::timestamptz END FROM added WHERE $5::text IS NOT NULL)
     INSERT INTO notice_mail (notice_id, recipient, state, ended_at)
     SELECT id, 'owner', $4, CASE WHEN $7 THEN $3::timestamptz END FROM added`,
    [
      ...[account, cause, daysAgo(days), mail, delivery ?? null],
      ...[isOver(delivery ?? ''), isOver(mail)],
    ],
  );
}

async function left(): Promise<{ notices: string[]; deliveries: string[]; mails: number }> {
  const rows = await billing.database.query<{ cause: string; mails: number; deliveries: number }>(
    `SELECT n.cause, (SELECT count(*) FROM notice_mail m WHERE m.notice_id = n.id)::float8 AS mails,
            (SELECT count(*) FROM account_webhook_delivery d WHERE d.notice_id = n.id)::float8 AS deliveries
     FROM notice n ORDER BY 1`,
  );
  return {
    notices: rows.map(({ cause }) => cause),
    deliveries: rows.filter(({ deliveries }) => deliveries > 0).map(({ cause }) => cause),
    mails: rows.reduce((sum, { mails }) => sum + mails, 0),
  };
}

describe('what is old', () => {
  it('goes of what Stripe told 40 days ago, but for what has had no effect yet', async () => {
    await event('evt_applied_39', 'applied', 39);
    await event('evt_applied_41', 'applied', 41);
    await event('evt_ignored_41', 'ignored', 41);
    await event('evt_pending_500', 'pending', 500);
    await run();
    expect(await events()).toEqual(['evt_applied_39', 'evt_pending_500']);
    await billing.database.execute('DELETE FROM stripe_event');
  });

  it('goes of deliveries after 90 days and of notices after 400, with their mails, once nobody is to be told of them', async () => {
    await notice('89', 89, 'sent', 'delivered');
    await notice('91', 91, 'sent', 'failed');
    await notice('399', 399, 'undeliverable');
    await notice('401', 401, 'sent', 'delivered');
    await notice('401 mail', 401, 'pending');
    await notice('401 webhook', 401, 'sent', 'pending');
    await run();
    expect(await left()).toEqual({
      notices: ['399', '401 mail', '401 webhook', '89', '91'],
      deliveries: ['401 webhook', '89'],
      mails: 5,
    });
  });

  it('goes in batches, no more of them in one look than it may take', async () => {
    Object.assign(pruningBounds, { batch: 3, mostBatches: 2 });
    for (let n = 0; n < 8; n += 1) await event(`evt_${n}`, 'applied', 50);
    await run();
    expect(await events()).toHaveLength(2);
    await run();
    expect(await events()).toEqual([]);
  });

  it('goes though another holds some of it, which it waits for in no way', async () => {
    Object.assign(pruningBounds, { batch, mostBatches });
    await event('evt_free', 'applied', 50);
    await event('evt_held', 'applied', 50);
    await billing.database.transaction(async (tx) => {
      await tx.query(`SELECT FROM stripe_event WHERE event_id = 'evt_held' FOR UPDATE`);
      await run();
      expect(await events()).toEqual(['evt_held']);
    });
  });
});
