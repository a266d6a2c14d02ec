import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { RunningBilling } from '../testing/running-billing.js';
import { refused } from '../testing/outcomes.js';
import { grantRequest, type Owner } from '../testing/samples.js';
import type { NewNotice } from './notice.js';
import { NoticesRepository } from './notices.repository.js';
import { Notices } from './notices.service.js';

const usd = 1_000_000_000n;

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
});
afterAll(() => billing.close());

async function told({
  accountId,
}: Owner): Promise<{ kind: string; facts: Record<string, string> }[]> {
  return billing.database.query(
    'SELECT kind, facts FROM notice WHERE account_id = $1 ORDER BY created_at, kind',
    [uuidOf('account', accountId)],
  );
}

async function mails({ accountId }: Owner): Promise<string[]> {
  const rows = await billing.database.query<{ recipient: string }>(
    `SELECT recipient FROM notice_mail JOIN notice n ON n.id = notice_id WHERE account_id = $1 ORDER BY 1`,
    [uuidOf('account', accountId)],
  );
  return rows.map(({ recipient }) => recipient);
}

const receipt = ({ accountId }: Owner): NewNotice => ({
  accountId: uuidOf('account', accountId),
  kind: 'payment_received',
  cause: 'pi_1',
  facts: { amount_nano_usd: '1', payment_intent_id: 'pi_1' },
});

describe('a notice', () => {
  const add = (notice: NewNotice): Promise<void> =>
    billing.database.transaction((tx) => billing.part(Notices).add(tx, notice));

  it('is told once of its cause, however often and at whatever time that is added', async () => {
    const owner = await billing.account(0n);
    await Promise.all(Array.from({ length: 10 }, () => add(receipt(owner))));
    await add(receipt(owner));
    expect([await told(owner), await mails(owner)]).toEqual([
      [{ kind: 'payment_received', facts: { amount_nano_usd: '1', payment_intent_id: 'pi_1' } }],
      ['owner'],
    ]);
  });

  it('that was told asks Postgres nothing more, and one whose transaction failed does', async () => {
    const owner = await billing.account(0n);
    const repository = jest.spyOn(billing.part(NoticesRepository), 'add');
    const failing = billing.database.transaction(async (tx) => {
      await billing.part(Notices).add(tx, receipt(owner));
      throw new Error('of the cause');
    });
    await expect(failing).rejects.toThrow('of the cause');
    await add(receipt(owner));
    await add(receipt(owner));
    expect([repository.mock.calls.length, (await told(owner)).length]).toEqual([2, 1]);
    repository.mockRestore();
  });

  it('of another cause, or of another account, is another', async () => {
    const [owner, other] = [await billing.account(0n), await billing.account(0n)];
    await add(receipt(owner));
    await add({ ...receipt(owner), cause: 'pi_2' });
    await add(receipt(other));
    expect([(await told(owner)).length, (await told(other)).length]).toEqual([2, 1]);
  });

  it('of a transaction that fails is not told', async () => {
    const owner = await billing.account(0n);
    const failing = billing.database.transaction(async (tx) => {
      await billing.part(Notices).add(tx, receipt(owner));
      throw new Error('of the cause');
    });
    await expect(failing).rejects.toThrow('of the cause');
    expect(await told(owner)).toEqual([]);
  });
});

describe('charges', () => {
  it('tell of a low balance once for each fall', async () => {
    const owner = await billing.account(6n * usd);
    const balances = async () => (await told(owner)).map(({ facts }) => facts['balance_nano_usd']);
    await billing.charge(owner, null, usd);
    expect(await balances()).toEqual([]);
    await billing.charge(owner, null, 1n);
    await billing.charge(owner, null, usd);
    expect(await balances()).toEqual(['4999999999']);
    await billing.client.creditAccount({
      accountId: owner.accountId,
      amountNanoUsd: 2n * usd,
      idempotencyKey: owner.accountId,
      source: 'operator',
    });
    await billing.charge(owner, null, usd);
    expect(await balances()).toEqual(['4999999999', '4999999999']);
  });

  it('tell of a limit at 80 and at 100 %, and a member too', async () => {
    const owner = await billing.account(100n * usd);
    await billing.client.setLimit({
      accountId: owner.accountId,
      scope: LimitScope.MEMBER,
      period: LimitPeriod.MONTH,
      scopeId: owner.userId,
      limitNanoUsd: 10n * usd,
    });
    for (let charge = 0; charge < 12; charge += 1) await billing.charge(owner, null, usd);
    expect((await told(owner)).map(({ kind, facts }) => [kind, facts['used_nano_usd']])).toEqual([
      ['limit_reached_80', '8000000000'],
      ['limit_reached_100', '10000000000'],
    ]);
    expect(await mails(owner)).toEqual(['member', 'member', 'owner', 'owner']);
  });
});

describe('a limit that refuses a request', () => {
  const ask = (owner: Owner, minimumNanoUsd: bigint) =>
    billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd }));

  it('is told as reached, where most of it is used, once', async () => {
    const owner = await billing.account(100n * usd);
    await billing.client.setLimit({
      accountId: owner.accountId,
      scope: LimitScope.KEY,
      period: LimitPeriod.TOTAL,
      scopeId: owner.keyId,
      limitNanoUsd: 10n * usd,
    });
    await billing.charge(owner, null, 7n * usd);
    refused(await ask(owner, 5n * usd));
    expect(await told(owner)).toEqual([]);
    await billing.charge(owner, null, 2n * usd);
    for (let attempt = 0; attempt < 3; attempt += 1) refused(await ask(owner, 5n * usd));
    expect((await told(owner)).map(({ kind, facts }) => [kind, facts['used_nano_usd']])).toEqual([
      ['limit_reached_80', '9000000000'],
      ['limit_reached_100', '9000000000'],
    ]);
  });

  it('is a balance that is used up, where that refuses while it is low: told once until more is paid in', async () => {
    const exhausted = async (owner: Owner) =>
      (await told(owner)).map(({ kind, facts }) => [kind, facts['balance_nano_usd']]);
    const owner = await billing.account(20n * usd);
    refused(await ask(owner, 50n * usd));
    expect(await exhausted(owner)).toEqual([]);
    await billing.charge(owner, null, 16n * usd);
    for (let attempt = 0; attempt < 3; attempt += 1) refused(await ask(owner, 5n * usd));
    await billing.charge(owner, null, 4n * usd);
    refused(await ask(owner, usd));
    const low = ['balance_low', '4000000000'];
    expect(await exhausted(owner)).toEqual([low, ['balance_exhausted', '4000000000']]);
    await billing.client.creditAccount({
      accountId: owner.accountId,
      amountNanoUsd: 2n * usd,
      idempotencyKey: owner.accountId,
      source: 'operator',
    });
    await billing.charge(owner, null, 2n * usd);
    expect((await exhausted(owner)).slice(2)).toEqual([['balance_exhausted', '0']]);
  });

  it('is nothing that is told where nothing was ever paid in', async () => {
    const owner = await billing.account(0n);
    refused(await ask(owner, 5n * usd));
    expect(await told(owner)).toEqual([]);
  });
});

describe('a plan', () => {
  const set = ({ accountId }: Owner, plan: string) => billing.client.setPlan({ accountId, plan });

  it('is told of when it changes, and when it is to change, once each', async () => {
    const owner = await billing.account(0n);
    await set(owner, 'pro');
    await set(owner, 'pro');
    await set(owner, 'free');
    await set(owner, 'free');
    expect(await told(owner)).toMatchObject([
      {
        kind: 'plan_changed',
        facts: { from_plan: '', to_plan: 'pro', effective_at: '2026-03-14T12:00:00.000Z' },
      },
      {
        kind: 'plan_changed',
        facts: { from_plan: 'pro', to_plan: 'free', effective_at: '2026-04-01T00:00:00.000Z' },
      },
    ]);
  });
});
