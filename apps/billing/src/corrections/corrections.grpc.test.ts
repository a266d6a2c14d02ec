import { newId, uuidOf } from '@modelbridge/contracts';
import { databaseErrorCode } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RunningBilling } from '../testing/running-billing.js';
import { grantRequest, type Owner } from '../testing/samples.js';

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

const expiresAt = new Date('2026-03-20T00:00:00Z');
const credits = ({ accountId }: Owner) => billing.client.getCredits({ accountId });
const correct = (
  requestId: string,
  amountNanoUsd?: bigint,
  idempotencyKey: string = newId('transaction'),
) => billing.client.correctCharge({ requestId, amountNanoUsd, idempotencyKey });

/** Paid in 100, granted 30, and charged 90. */
async function charged(): Promise<{ owner: Owner; requestId: string }> {
  const owner = await billing.account(100n);
  const { accountId } = owner;
  const grant = { accountId, amountNanoUsd: 30n, expiresAt, idempotencyKey: accountId };
  await billing.client.grantCredit(grant);
  return { owner, requestId: await billing.charge(owner, null, 90n) };
}

describe('a correction of a charge', () => {
  it('gives paid money back first, then grants anew what granted credit had paid', async () => {
    const { owner, requestId } = await charged();
    expect(await correct(requestId, 20n)).toMatchObject({
      accountId: owner.accountId,
      paidNanoUsd: 20n,
      grantedNanoUsd: 0n,
      grantId: '',
    });
    expect(await correct(requestId)).toMatchObject({
      paidNanoUsd: 40n,
      grantedNanoUsd: 30n,
      grantId: expect.stringMatching(/^grt_/) as unknown as string,
    });
    expect(await credits(owner)).toMatchObject({
      balanceNanoUsd: 100n,
      grantedNanoUsd: 30n,
      nextExpiryAt: new Date('2026-04-13T12:00:00Z'),
      // What was used was used: limits by month do not forget it.
      spentNanoUsd: 90n,
    });
    const { charge } = await billing.client.getCharge({ requestId });
    expect(charge).toMatchObject({ chargedNanoUsd: 90n, correctedNanoUsd: 90n });
  });

  it('is never above the charge, in all', async () => {
    const { owner, requestId } = await charged();
    expect(await correct(requestId, 91n).catch(rpcErrorFrom)).toMatchObject({
      code: 'failed_precondition',
      field: 'amount_nano_usd',
      message: expect.stringContaining('0.00000009 USD') as unknown as string,
    });
    const answers = await Promise.allSettled(
      Array.from({ length: 6 }, () => correct(requestId, 30n)),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await correct(requestId).catch(rpcErrorFrom)).toMatchObject({ field: 'request_id' });
    expect(await credits(owner)).toMatchObject({ availableNanoUsd: 130n });
  });

  it('cannot be above the charge even where no rule has looked', async () => {
    const { requestId } = await charged();
    const more = billing.database.execute(
      `INSERT INTO charge_correction (idempotency_key, request_id, paid_nano_usd, granted_nano_usd, transfer_ids)
       VALUES ($1, $2, 61, 0, '{}')`,
      [requestId, uuidOf('request', requestId)],
    );
    expect(await more.then(() => 'accepted', databaseErrorCode)).toBe('23514');
  });

  it('happens once for each idempotency key', async () => {
    const { owner, requestId } = await charged();
    const key = newId('transaction');
    const answers = await Promise.all([1, 2, 3].map(() => correct(requestId, 20n, key)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await credits(owner)).toMatchObject({ balanceNanoUsd: 60n });
    const other = await charged();
    const again = [correct(requestId, 21n, key), correct(other.requestId, 20n, key)];
    for (const error of await Promise.all(again.map((answer) => answer.catch(rpcErrorFrom)))) {
      expect(error).toMatchObject({ code: 'already_exists', field: 'idempotency_key' });
    }
  });

  it('pays first what the account owes', async () => {
    const { owner, requestId } = await charged();
    const { accountId } = owner;
    const reversal = { accountId, amountNanoUsd: 70n, reason: 'refund', idempotencyKey: accountId };
    expect(await billing.client.reverseCredit(reversal)).toMatchObject({ receivableNanoUsd: 30n });
    await correct(requestId, 50n);
    expect(await credits(owner)).toMatchObject({ balanceNanoUsd: 20n });
    expect((await billing.client.unfreezeAccount({ accountId })).account?.frozen).toBe(false);
  });

  it('of a request without a charge is refused', async () => {
    expect(await correct(newId('request')).catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
      field: 'request_id',
    });
  });
});

describe('an account that an operator freezes', () => {
  const outcome = async (owner: Owner) =>
    (await billing.client.grantAllowance(grantRequest(owner))).outcome;

  it('is granted nothing until it is unfrozen', async () => {
    const owner = await billing.account(100n);
    const { accountId } = owner;
    const { account } = await billing.client.freezeAccount({ accountId });
    expect(account).toMatchObject({ frozen: true, frozenByOperator: true });
    expect(await outcome(owner)).toMatchObject({
      value: { reason: 'REFUSAL_REASON_ACCOUNT_FROZEN' },
    });
    await billing.client.unfreezeAccount({ accountId });
    expect((await outcome(owner))?.$case).toBe('granted');
  });

  it('stays frozen when its debt is paid, and one with a debt when the operator unfreezes it', async () => {
    const owner = await billing.account(100n);
    const { accountId } = owner;
    const reversal = { accountId, amountNanoUsd: 130n, reason: 'refund' };
    await billing.client.reverseCredit({ ...reversal, idempotencyKey: newId('transaction') });
    await billing.client.freezeAccount({ accountId });
    const unfrozen = await billing.client.unfreezeAccount({ accountId });
    expect(unfrozen.account).toMatchObject({
      frozen: true,
      frozenByOperator: false,
      receivableNanoUsd: 30n,
    });
    await billing.client.freezeAccount({ accountId });
    await billing.client.creditAccount({
      accountId,
      amountNanoUsd: 50n,
      source: 'operator',
      idempotencyKey: newId('transaction'),
    });
    const { account } = await billing.client.freezeAccount({ accountId });
    expect(account).toMatchObject({ frozen: true, receivableNanoUsd: 0n });
    expect(await outcome(owner)).toMatchObject({
      value: { reason: 'REFUSAL_REASON_ACCOUNT_FROZEN' },
    });
  });

  it('that does not exist is not found', async () => {
    const request = { accountId: newId('account') };
    expect(await billing.client.freezeAccount(request).catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
      field: 'account_id',
    });
  });
});
