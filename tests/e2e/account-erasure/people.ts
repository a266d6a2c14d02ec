import { afterAll, beforeAll, expect } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { eventually } from '@modelbridge/testing-kit';
import { AccountErasure } from '../../../apps/billing/src/erasure/account-erasure.service.js';
import type { Owner } from '../../../apps/billing/src/testing/samples.js';
import { PaymentStack, usd } from '../payments/payment-stack.js';

/** The one billing that all of these ask, beside the sandbox's Stripe. */
export let stack: PaymentStack;
beforeAll(async () => {
  stack = await PaymentStack.start();
});
afterAll(() => stack?.close());

export const webhook = 'https://example.com/of-the-person';
const pseudonym = newId('user');

const personOf = ({ accountId, userId }: Owner) => ({
  accountId: uuidOf('account', accountId),
  userId: uuidOf('user', userId),
  pseudonymUserId: uuidOf('user', pseudonym),
});

export async function erase(owner: Owner) {
  const went: Record<string, number> = {};
  const stayed = await stack.billing.part(AccountErasure).erase(personOf(owner), (_, counts) => {
    for (const [kind, rows] of Object.entries(counts)) went[kind] = (went[kind] ?? 0) + rows;
    return Promise.resolve();
  });
  return { went: Object.fromEntries(Object.entries(went).filter(([, rows]) => rows > 0)), stayed };
}

export const tables = async () =>
  (
    await stack.billing.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    )
  ).map(({ name }) => name);

/** Tables of which a row has a text in it. */
export async function tablesWith(text: string): Promise<string[]> {
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
export async function person() {
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

export async function customerOf({ accountId }: Owner): Promise<string> {
  const [row] = await stack.billing.database.query<{ id: string }>(
    'SELECT customer_id AS id FROM stripe_customer WHERE account_id = $1',
    [uuidOf('account', accountId)],
  );
  return row?.id ?? '';
}

export const atStripe = async (customer: string) =>
  (await (
    await fetch(`${stack.sandbox.url}/v1/customers/${customer}`, {
      headers: { authorization: `Bearer ${stack.env['STRIPE_SECRET_KEY']}` },
    })
  ).json()) as { deleted?: boolean };
