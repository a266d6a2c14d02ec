import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { retentionErasureRequested } from '@modelbridge/contracts/events';
import { Erasures } from '@modelbridge/erasure';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { AccountErasure } from '../../apps/billing/src/erasure/account-erasure.service.js';
import { ChargesRepository } from '../../apps/billing/src/charges/charges.repository.js';
import { ErasureRepository } from '../../apps/billing/src/erasure/erasure.repository.js';
import { recordLives } from '../../apps/billing/src/erasure/record-lives.js';
import { StripeCustomers } from '../../apps/billing/src/stripe/stripe-customers.service.js';
import { refused } from '../../apps/billing/src/testing/outcomes.js';
import { grantRequest, type Owner } from '../../apps/billing/src/testing/samples.js';
import { PaymentStack, usd } from './payments/payment-stack.js';

let stack: PaymentStack;
beforeAll(async () => {
  stack = await PaymentStack.start();
});
afterAll(() => stack.close());

const webhook = 'https://example.com/of-the-person';
const pseudonym = newId('user');

const personOf = ({ accountId, userId }: Owner) => ({
  accountId: uuidOf('account', accountId),
  userId: uuidOf('user', userId),
  pseudonymUserId: uuidOf('user', pseudonym),
});

async function erase(owner: Owner) {
  const went: Record<string, number> = {};
  const stayed = await stack.billing.part(AccountErasure).erase(personOf(owner), (_, counts) => {
    for (const [kind, rows] of Object.entries(counts)) went[kind] = (went[kind] ?? 0) + rows;
    return Promise.resolve();
  });
  return { went: Object.fromEntries(Object.entries(went).filter(([, rows]) => rows > 0)), stayed };
}

const tables = async () =>
  (
    await stack.billing.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    )
  ).map(({ name }) => name);

/** Tables of which a row has a text in it. */
async function tablesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await tables()) {
    const rows = await stack.billing.database.query(
      `SELECT FROM "${name}" row WHERE position($1 IN row::text) > 0 LIMIT 1`,
      [text],
    );
    if (rows.length > 0) found.push(name);
  }
  return found.sort();
}

/** Someone with a bit of everything, who has spent in a team's account as well. */
async function person() {
  const owner = await stack.account();
  const team = await stack.account(10n * usd);
  const { accountId, userId } = owner;
  await stack.pay(owner, 20n, { saveCard: true });
  await eventually(async () => expect(await stack.balance(owner)).toBe(20n * usd));
  await stack.client.setAutoRecharge({
    ...{ accountId, enabled: true, belowNanoUsd: usd },
    ...{ amountNanoUsd: 10n * usd, dailyCapNanoUsd: 20n * usd },
  });
  await stack.billing.database.execute(
    'INSERT INTO account_webhook (account_id, id, url) VALUES ($1, gen_random_uuid(), $2)',
    [uuidOf('account', accountId), webhook],
  );
  for (const limited of [accountId, team.accountId]) {
    await stack.client.setLimit({
      ...{ accountId: limited, scope: LimitScope.MEMBER, scopeId: userId },
      ...{ period: LimitPeriod.MONTH, limitNanoUsd: usd },
    });
  }
  await stack.billing.charge(owner, null, usd);
  await stack.billing.charge({ ...team, userId, keyId: newId('key') }, null, usd);
  return { owner, team };
}

async function customerOf({ accountId }: Owner): Promise<string> {
  const [row] = await stack.billing.database.query<{ id: string }>(
    'SELECT customer_id AS id FROM stripe_customer WHERE account_id = $1',
    [uuidOf('account', accountId)],
  );
  return row?.id ?? '';
}

const atStripe = async (customer: string) =>
  (await (
    await fetch(`${stack.sandbox.url}/v1/customers/${customer}`, {
      headers: { authorization: `Bearer ${stack.env['STRIPE_SECRET_KEY']}` },
    })
  ).json()) as { deleted?: boolean };

describe('a person', () => {
  it('is parted from what they paid: the books stay and agree, and nobody is in them', async () => {
    const { owner, team } = await person();
    const customer = await customerOf(owner);
    const user = uuidOf('user', owner.userId);
    // The control: a search that finds nothing would prove nothing.
    expect(await tablesWith(user)).toEqual(
      expect.arrayContaining(['billing_account', 'monthly_usage', 'notice_mail', 'spend_limit']),
    );
    expect(await tablesWith(owner.userId)).toContain('notice');
    const before = await stack.history(owner);

    const { went, stayed } = await erase(owner);
    expect(went).toMatchObject({
      ...{ webhooks: 1, auto_recharges: 1, saved_cards: 1, card_details: 1, payment_pages: 1 },
      ...{ limits: 2, pseudonymised_usage: 2, pseudonymised_counters: 1 },
      pseudonymised_accounts: 1,
    });
    expect(stayed).toMatchObject({ balance_changes: 1, payments: 1, charged_requests: 1 });

    for (const text of [user, owner.userId, webhook]) {
      expect((await tablesWith(text)).filter((table) => recordLives[table] !== 'passes')).toEqual(
        [],
      );
    }
    expect(await atStripe(customer)).toMatchObject({ deleted: true });
    expect(await stack.balance(owner)).toBe(19n * usd);
    expect(await stack.balance(team)).toBe(9n * usd);
    expect(await stack.history(owner)).toEqual(
      before.map((entry) => ({ ...entry, cardBrand: '', cardLast4: '' })),
    );
    const { checks } = await stack.client.checkInvariants({ full: true });
    expect(checks.filter(({ violations }) => violations > 0n)).toEqual([]);
    const again = await erase(owner);
    expect(again).toEqual({ went: {}, stayed });
  });

  it('is erased however often that is cut off, and counted once', async () => {
    const { owner } = await person();
    const [customers, repository] = [
      stack.billing.part(StripeCustomers),
      stack.billing.part(ErasureRepository),
    ];
    const [close, remove, kept] = [
      repository.close.bind(repository),
      customers.delete.bind(customers),
      repository.kept.bind(repository),
    ];
    // Each step has had its effect, and nothing after it has: as where the process is killed.
    const cut = async (step: Promise<unknown>): Promise<never> => {
      await step;
      throw new Error('the process ended');
    };
    const spies = [
      jest.spyOn(repository, 'close').mockImplementationOnce((...all) => cut(close(...all))),
      jest.spyOn(customers, 'delete').mockImplementationOnce((...all) => cut(remove(...all))),
      jest.spyOn(repository, 'kept').mockImplementationOnce((...all) => cut(kept(...all))),
    ];
    for (const _ of spies) await expect(erase(owner)).rejects.toThrow('the process ended');
    const { went } = await erase(owner);
    for (const spy of spies) spy.mockRestore();
    expect(went).toMatchObject({ webhooks: 1, pseudonymised_usage: 2 });
    expect(await tablesWith(uuidOf('user', owner.userId))).toEqual([]);
  });

  it('is not erased while something runs that has to end first', async () => {
    const owner = await stack.account(10n * usd);
    await stack.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: usd }));
    const refusal = erase(owner);
    await expect(refusal).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('1 allowances'),
    });
    // And nothing new begins.
    expect(refused(await stack.client.grantAllowance(grantRequest(owner)))).toBeDefined();
  });

  it('stays erased, whatever comes late', async () => {
    const { owner } = await person();
    const intentId = (await stack.history(owner))[0]?.paymentIntentId ?? '';
    const customer = await customerOf(owner);
    await erase(owner);
    const refund = { paymentIntentId: intentId, amountNanoUsd: 5n * usd, idempotencyKey: intentId };
    await stack.client.refundPayment(refund);
    await eventually(async () => expect(await stack.balance(owner)).toBe(14n * usd));
    await stack.repeat('payment_intent.succeeded');
    const opening = stack.client.createTopUp({
      ...{ accountId: owner.accountId, amountNanoUsd: 25n * usd },
      ...{ idempotencyKey: 'late', saveCard: true },
    });
    expect(rpcErrorFrom(await opening.catch((error: unknown) => error))).toMatchObject({
      code: 'failed_precondition',
      field: 'account_id',
    });
    expect(await customerOf(owner)).toBe(customer);
    const account = uuidOf('account', owner.accountId);
    for (const table of ['notice', 'stripe_card', 'auto_recharge', 'account_webhook']) {
      expect(
        await stack.billing.database.query(`SELECT FROM ${table} WHERE account_id = $1`, [account]),
      ).toEqual([]);
    }
    const cards = await stack.billing.database.query(
      'SELECT FROM stripe_payment WHERE account_id = $1 AND card_last4 IS NOT NULL',
      [account],
    );
    expect(cards).toEqual([]);
  });
});

describe('a person whom retention has erased', () => {
  /** As retention asks for it; resolves when billing has answered. */
  async function erased(owner: Owner): Promise<{ standIn: string }> {
    const { messaging } = stack.billing.outside;
    const erasureId = newId('erasure');
    const stoodInBy = { userId: newId('user'), keyId: newId('key') };
    const { userId, accountId } = owner;
    const asked = { erasureId, userId, accountId, pseudonym: stoodInBy };
    await messaging.publish(retentionErasureRequested, asked, { id: erasureId });
    await eventually(async () => {
      const rows = await stack.billing.database.query(
        'SELECT FROM erased_person WHERE erasure_id = $1 AND finished_at IS NOT NULL',
        [uuidOf('erasure', erasureId)],
      );
      expect(rows).toHaveLength(1);
    });
    return { standIn: uuidOf('user', stoodInBy.userId) };
  }

  it('does not come back with charges that come late, of their own account or of a team', async () => {
    const { owner, team } = await person();
    const { standIn } = await erased(owner);
    const user = uuidOf('user', owner.userId);
    await stack.billing.charge(owner, null, usd);
    await stack.billing.charge({ ...team, userId: owner.userId, keyId: newId('key') }, null, usd);
    expect(await tablesWith(user)).toEqual([]);
    expect(await tablesWith(owner.userId)).toEqual([]);
    expect(await tablesWith(standIn)).toEqual(
      expect.arrayContaining(['monthly_usage', 'spend_counter']),
    );
    expect(await stack.balance(owner)).toBe(18n * usd);
    expect(await stack.balance(team)).toBe(8n * usd);
    const { checks } = await stack.client.checkInvariants({ full: true });
    expect(checks.filter(({ violations }) => violations > 0n)).toEqual([]);
    // The control: where nobody says who is erased, they are back.
    const blind = jest
      .spyOn(stack.billing.part(Erasures), 'standIns')
      .mockResolvedValueOnce(new Map());
    await stack.billing.charge({ ...team, userId: owner.userId, keyId: newId('key') }, null, usd);
    blind.mockRestore();
    expect(await tablesWith(user)).toEqual(expect.arrayContaining(['monthly_usage']));
  });

  it('is granted nothing more, in a team’s account either', async () => {
    const { owner, team } = await person();
    await erased(owner);
    const late = { ...team, userId: owner.userId, keyId: newId('key') };
    const granting = stack.client.grantAllowance(grantRequest(late));
    expect(rpcErrorFrom(await granting.catch((error: unknown) => error))).toMatchObject({
      code: 'failed_precondition',
      field: 'user_id',
    });
    expect(await tablesWith(uuidOf('user', owner.userId))).toEqual([]);
  });

  it('is erased after charges that were being posted when it was asked for', async () => {
    const { owner, team } = await person();
    const charges = stack.billing.part(ChargesRepository);
    const add = charges.addMonthlyUsage.bind(charges);
    let asked: Promise<unknown> = Promise.resolve();
    const spy = jest.spyOn(charges, 'addMonthlyUsage').mockImplementationOnce(async (...all) => {
      asked = erased(owner);
      // Heard, and waiting for this transaction.
      await eventually(async () => {
        const rows = await stack.billing.database.query(
          `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        expect(rows).toHaveLength(1);
      });
      await add(...all);
    });
    await stack.billing.charge({ ...team, userId: owner.userId, keyId: newId('key') }, null, usd);
    spy.mockRestore();
    await asked;
    expect(await tablesWith(uuidOf('user', owner.userId))).toEqual([]);
  });
});

describe('the lives of records', () => {
  it('are said of every table, and of nothing else', async () => {
    const kit = ['schema_migration', 'inbox', 'quarantined_message'];
    const known = Object.keys(recordLives);
    expect((await tables()).filter((name) => !kit.includes(name)).sort()).toEqual(known.sort());
  });

  it('leave a line of an invoice as it is, but for the person', async () => {
    const { database } = stack.billing;
    const [account, user] = [uuidOf('account', (await stack.account()).accountId), randomUUID()];
    await database.execute(
      `WITH made AS (
         INSERT INTO invoice (id, number, account_id, month, charged_nano_usd, granted_nano_usd, owed_nano_usd, due_cents, state)
         VALUES (gen_random_uuid(), 'MB-1', $1, '2026-02-01', 5, 0, 5, 0, 'settled') RETURNING id)
       INSERT INTO invoice_line SELECT id, '2026-02-01', $2, 'gpt-5', 1, 1, 1, 5, 0 FROM made`,
      [account, user],
    );
    const change = (set: string) =>
      database.execute(`UPDATE invoice_line SET ${set} WHERE user_id = $1`, [user]);
    await expect(change('charged_nano_usd = 4')).rejects.toThrow('immutable');
    await expect(database.execute('DELETE FROM invoice_line')).rejects.toThrow('immutable');
    expect(await change('user_id = gen_random_uuid()')).toBe(1);
  });
});
