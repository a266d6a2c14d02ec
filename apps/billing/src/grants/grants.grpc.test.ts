import { newId, uuidOf } from '@modelbridge/contracts';
import { BillingMode, type GrantCreditRequest } from '@modelbridge/contracts/billing.v1';
import { databaseErrorCode } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { AccountBooks } from '../book/account-books.service.js';
import { RunningBilling } from '../testing/running-billing.js';
import { closeRequest, grantRequest, type Owner } from '../testing/samples.js';
import { ExpiriesService } from './expiries.service.js';

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
});
afterAll(() => billing.close());
beforeEach(() => billing.clock.set('2026-03-14T12:00:00Z'));
afterEach(async () => {
  const { checks } = await billing.client.checkInvariants({ full: true });
  expect(checks.flatMap(({ examples }) => examples)).toEqual([]);
});

const soon = new Date('2026-03-15T00:00:00Z');
/** Within the life of an allowance. */
const shortly = new Date('2026-03-14T12:00:30Z');
const later = new Date('2026-06-01T00:00:00Z');

function request(owner: Owner, amountNanoUsd: bigint, expiresAt = later): GrantCreditRequest {
  const { accountId } = owner;
  return { accountId, amountNanoUsd, expiresAt, idempotencyKey: newId('transaction') };
}

/** Paid in 100, granted 30 until the next day and 50 until summer. */
async function granted(): Promise<Owner> {
  const owner = await billing.account(100n);
  await billing.client.grantCredit(request(owner, 50n));
  await billing.client.grantCredit(request(owner, 30n, soon));
  return owner;
}

const credits = ({ accountId }: Owner) => billing.client.getCredits({ accountId });
const sweep = (batch?: number) => billing.part(ExpiriesService).sweep(batch);

describe('granted credit', () => {
  it('is told apart from paid money, with what expires next', async () => {
    const owner = await granted();
    await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 10n }));
    expect(await credits(owner)).toEqual({
      balanceNanoUsd: 100n,
      heldNanoUsd: 10n,
      availableNanoUsd: 170n,
      spentNanoUsd: 0n,
      grantedNanoUsd: 80n,
      nextExpiryAt: soon,
      nextExpiryNanoUsd: 30n,
    });
  });

  it('is granted once for each idempotency key, also when ten ask at once', async () => {
    const owner = await billing.account(0n);
    const asked = request(owner, 50n);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => billing.client.grantCredit(asked)),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await credits(owner)).toMatchObject({ grantedNanoUsd: 50n, availableNanoUsd: 50n });
    const other = await billing.account(0n);
    const wrong = [{ amountNanoUsd: 51n }, { expiresAt: soon }, { accountId: other.accountId }];
    for (const values of wrong) {
      const error = await billing.client.grantCredit({ ...asked, ...values }).catch(rpcErrorFrom);
      expect(error).toMatchObject({ code: 'already_exists', field: 'idempotency_key' });
    }
  });

  it.each([
    ['amount_nano_usd', { amountNanoUsd: 0n }],
    ['expires_at', { expiresAt: undefined }],
    ['expires_at', { expiresAt: new Date('2026-03-14T12:00:00Z') }],
    ['expires_at', { expiresAt: new Date('2036-01-01T00:00:00Z') }],
    ['account_id', { accountId: newId('account') }],
    ['idempotency_key', { idempotencyKey: '' }],
  ])('names %s where it is wrong', async (field, values) => {
    const asked = { ...request(await billing.account(0n), 5n), ...values };
    expect(await billing.client.grantCredit(asked).catch(rpcErrorFrom)).toMatchObject({ field });
  });

  it('is spent before paid money, what expires first at first, by a charge that is one', async () => {
    const owner = await granted();
    const requestId = await billing.charge(owner, null, 90n);
    expect(await credits(owner)).toMatchObject({
      balanceNanoUsd: 90n,
      grantedNanoUsd: 0n,
      nextExpiryAt: undefined,
      spentNanoUsd: 90n,
    });
    const { charge } = await billing.client.getCharge({ requestId });
    expect(charge).toMatchObject({ chargedNanoUsd: 90n, grantedNanoUsd: 80n, overrunNanoUsd: 0n });
    const ids = [...(charge?.grantedTransactionIds ?? []), charge?.transactionId ?? ''];
    const transfers = await billing.database.query<{ kind: string; amount: bigint }>(
      `SELECT kind, amount_nano_usd AS amount FROM unnest($1::uuid[]) WITH ORDINALITY c (id, place)
       JOIN ledger_transfer USING (id) ORDER BY place`,
      [ids.map((id) => uuidOf('transaction', id))],
    );
    expect(transfers).toEqual([
      { kind: 'granted_charge', amount: 30n },
      { kind: 'granted_charge', amount: 50n },
      { kind: 'charge', amount: 10n },
    ]);
  });

  it('may pay for all of a charge', async () => {
    const owner = await granted();
    const requestId = await billing.charge(owner, null, 20n);
    expect((await billing.client.getCharge({ requestId })).charge).toMatchObject({
      grantedNanoUsd: 20n,
      transactionId: '',
    });
    expect(await credits(owner)).toMatchObject({ balanceNanoUsd: 100n, nextExpiryNanoUsd: 10n });
  });

  it('is not paid back: a refund takes paid money only, the rest is owed', async () => {
    const owner = await granted();
    const { accountId } = owner;
    const refund = { accountId, amountNanoUsd: 130n, idempotencyKey: newId('transaction') };
    expect(await billing.client.reverseCredit({ ...refund, reason: 'refund' })).toMatchObject({
      balanceNanoUsd: 0n,
      receivableNanoUsd: 30n,
    });
    expect((await credits(owner)).grantedNanoUsd).toBe(80n);
  });

  it('covers no credit line: what is below zero has to be paid', async () => {
    const owner = await billing.account(0n);
    const { accountId } = owner;
    const line = { accountId, mode: BillingMode.INVOICE, creditLineNanoUsd: 50n };
    await billing.client.setBillingMode(line);
    await billing.charge(owner, null, 40n);
    await billing.client.grantCredit(request(owner, 100n));
    const lower = { ...line, creditLineNanoUsd: 39n };
    expect(await billing.client.setBillingMode(lower).catch(rpcErrorFrom)).toMatchObject({
      field: 'limit_nano_usd',
    });
  });

  it('cannot be overdrawn in the ledger, even where no rule has looked', async () => {
    const owner = await granted();
    const overdraw = billing.database.execute(
      `INSERT INTO ledger_transfer (id, kind, debit_account, credit_account, amount_nano_usd)
       SELECT gen_random_uuid(), 'granted_charge', ledger, 2, amount_nano_usd + 1 FROM credit_grant
       WHERE account_id = $1 LIMIT 1`,
      [uuidOf('account', owner.accountId)],
    );
    expect(await overdraw.then(() => 'accepted', databaseErrorCode)).toBe('23514');
  });
});

describe('the expiry of granted credit', () => {
  async function expiries(owner: Owner): Promise<bigint[]> {
    const rows = await billing.database.query<{ amount: bigint }>(
      `SELECT t.amount_nano_usd AS amount FROM ledger_transfer t JOIN credit_grant g ON g.ledger = t.debit_account
       WHERE g.account_id = $1 AND t.kind = 'credit_expiry' ORDER BY t.id`,
      [uuidOf('account', owner.accountId)],
    );
    return rows.map(({ amount }) => amount);
  }

  it('is an entry of the ledger, once, though two replicas sweep in batches at the same time', async () => {
    const other = await RunningBilling.start(billing);
    const owners = await Promise.all(Array.from({ length: 5 }, granted));
    for (const { clock } of [billing, other]) clock.set(soon);
    await Promise.all([sweep(2), other.part(ExpiriesService).sweep(2)]);
    for (const owner of owners) {
      expect(await credits(owner)).toMatchObject({ grantedNanoUsd: 50n, availableNanoUsd: 150n });
      expect(await expiries(owner)).toEqual([30n]);
    }
    await other.close();
  });

  it('is told at once, though nobody has posted it', async () => {
    const owner = await granted();
    billing.clock.set(soon);
    expect(await credits(owner)).toMatchObject({
      grantedNanoUsd: 50n,
      availableNanoUsd: 150n,
      nextExpiryAt: later,
    });
  });

  it('takes what is free; what is held of it and nothing else covers goes as it comes back', async () => {
    const owner = await billing.account(0n);
    await billing.client.grantCredit(request(owner, 100n, shortly));
    const [held, spent] = [
      grantRequest(owner, { minimumNanoUsd: 60n }),
      grantRequest(owner, { minimumNanoUsd: 20n }),
    ];
    for (const grant of [held, spent]) await billing.client.grantAllowance(grant);
    billing.clock.set(shortly);
    await sweep();
    expect(await expiries(owner)).toEqual([20n]);
    expect(await credits(owner)).toMatchObject({ grantedNanoUsd: 80n, availableNanoUsd: 0n });
    // Nothing new is held out of it, not even right after something came back.
    await billing.client.closeAllowance(closeRequest(held, 0n));
    const late = await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 1n }));
    expect(late.outcome?.$case).toBe('refused');
    await billing.charge(owner, spent.allowanceId, 15n);
    await billing.client.closeAllowance(closeRequest(spent, 15n));
    await sweep();
    expect(await expiries(owner)).toEqual([20n, 60n, 5n]);
    expect(await credits(owner)).toMatchObject({ grantedNanoUsd: 0n, spentNanoUsd: 15n });
  });

  it('does not take what paid money has to pay for', async () => {
    const owner = await billing.account(100n);
    await billing.client.grantCredit(request(owner, 50n));
    await billing.client.grantCredit(request(owner, 30n, shortly));
    const grant = grantRequest(owner, { minimumNanoUsd: 170n });
    await billing.client.grantAllowance(grant);
    billing.clock.set(shortly);
    await billing.charge(owner, grant.allowanceId, 170n);
    expect(await credits(owner)).toMatchObject({ balanceNanoUsd: 0n, grantedNanoUsd: 0n });
    expect(await expiries(owner)).toEqual([10n]);
  });

  it('of an account that fails holds up no other', async () => {
    const [bad, good] = [await granted(), await granted()];
    const books = billing.part(AccountBooks);
    const save = books.save.bind(books);
    const failing = jest.spyOn(books, 'save').mockImplementation(async (tx, opened) => {
      const all = [...opened];
      if (all.some(({ account }) => account.id === uuidOf('account', bad.accountId)))
        throw new Error('a fault of one account');
      await save(tx, all);
    });
    billing.clock.set(soon);
    await sweep();
    expect(await expiries(good)).toEqual([30n]);
    expect(await expiries(bad)).toEqual([]);
    failing.mockRestore();
    await sweep();
    expect(await expiries(bad)).toEqual([30n]);
  });
});
