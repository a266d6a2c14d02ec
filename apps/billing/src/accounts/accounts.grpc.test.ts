import { newId } from '@modelbridge/contracts';
import type { AuditedAct } from '@modelbridge/contracts/audit';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import {
  authUserCreated,
  billingAccountOpened,
  billingActPerformed,
  teamsTeamCreated,
} from '@modelbridge/contracts/events';
import { grpcClient, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually, patienceMs } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningBilling } from '../testing/running-billing.js';
import { closeRequest, grantRequest, type Owner } from '../testing/samples.js';

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
});
afterAll(() => billing.close());

function credit(
  owner: Owner,
  amountNanoUsd: bigint,
  idempotencyKey: string = newId('transaction'),
) {
  return { accountId: owner.accountId, amountNanoUsd, idempotencyKey, source: 'operator' };
}

function reversal(
  owner: Owner,
  amountNanoUsd: bigint,
  idempotencyKey: string = newId('transaction'),
) {
  return { accountId: owner.accountId, amountNanoUsd, idempotencyKey, reason: 'refund' };
}

describe('opening an account', () => {
  it('answers a repetition alike, and refuses other values', async () => {
    const request = { accountId: newId('account'), ownerUserId: newId('user'), plan: '' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => billing.client.createAccount(request)),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const error = await billing.client
      .createAccount({ ...request, ownerUserId: newId('user') })
      .catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'already_exists', field: 'account_id' });
  });

  it.each([
    ['account_id', { accountId: newId('user') }],
    ['account_id', { accountId: "acct_' OR '1'='1" }],
    ['owner_user_id', { ownerUserId: '' }],
  ])('names %s where it is malformed', async (field, values) => {
    const request = {
      accountId: newId('account'),
      ownerUserId: newId('user'),
      plan: '',
      ...values,
    };
    expect(await billing.client.createAccount(request).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field,
    });
  });
});

describe('a new person', () => {
  it('gets the account that auth tells of, however often, and auth hears of it each time', async () => {
    const { messaging } = billing.outside;
    const heard: string[] = [];
    const consumer = messaging.consume(billingAccountOpened, {
      durable: 'test__billing-account-opened',
      handle: async ({ accountId }) => void heard.push(accountId),
    });
    const made = { accountId: newId('account'), userId: newId('user'), plan: 'free' as const };
    for (const id of ['first', 'again']) await messaging.publish(authUserCreated, made, { id });
    await eventually(() => expect(heard).toEqual([made.accountId, made.accountId]));
    const { account } = await billing.client.createAccount({
      accountId: made.accountId,
      ownerUserId: made.userId,
      plan: made.plan,
    });
    expect(account).toMatchObject({ plan: 'free', frozen: false });
    const { accountId, userId: ownerUserId, plan } = { ...made, accountId: newId('account') };
    const team = { teamId: newId('team'), accountId, ownerUserId, plan };
    for (const id of ['first', 'again']) await messaging.publish(teamsTeamCreated, team, { id });
    await eventually(() => expect(heard.slice(2)).toEqual([accountId, accountId]));
    expect(await billing.client.getCredits({ accountId })).toMatchObject({ balanceNanoUsd: 0n });
    await consumer.stop();
  });
});

describe('paid-in money', () => {
  it('is credited once for each idempotency key, also when twenty come at once', async () => {
    const owner = await billing.account(0n);
    const request = credit(owner, 500n);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => billing.client.creditAccount(request)),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await billing.client.getCredits({ accountId: owner.accountId })).toEqual({
      balanceNanoUsd: 500n,
      heldNanoUsd: 0n,
      availableNanoUsd: 500n,
      spentNanoUsd: 0n,
      grantedNanoUsd: 0n,
      nextExpiryAt: undefined,
      nextExpiryNanoUsd: 0n,
    });
  });

  it('under a used idempotency key is refused with another amount or account', async () => {
    const [owner, other] = await Promise.all([billing.account(0n), billing.account(0n)]);
    const request = credit(owner, 500n);
    await billing.client.creditAccount(request);
    const expected = { code: 'already_exists', field: 'idempotency_key' };
    const larger = { ...request, amountNanoUsd: 501n };
    expect(await billing.client.creditAccount(larger).catch(rpcErrorFrom)).toMatchObject(expected);
    const elsewhere = { ...request, accountId: other.accountId };
    expect(await billing.client.creditAccount(elsewhere).catch(rpcErrorFrom)).toMatchObject(
      expected,
    );
  });

  it.each([0n, -1n, 10n ** 18n + 1n])('of %s nano-USD is refused', async (amount) => {
    const owner = await billing.account(0n);
    expect(
      await billing.client.creditAccount(credit(owner, amount)).catch(rpcErrorFrom),
    ).toMatchObject({
      code: 'invalid_argument',
      field: 'amount_nano_usd',
    });
  });

  it('of an unknown account is refused', async () => {
    const request = { ...credit({ accountId: newId('account'), userId: '', keyId: '' }, 5n) };
    expect(await billing.client.creditAccount(request).catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
      field: 'account_id',
    });
  });
});

describe('a refund or dispute', () => {
  it('takes free balance and leaves what is held', async () => {
    const owner = await billing.account(100n);
    const grant = grantRequest(owner, { minimumNanoUsd: 70n });
    await billing.client.grantAllowance(grant);
    expect(await billing.client.reverseCredit(reversal(owner, 30n))).toMatchObject({
      balanceNanoUsd: 70n,
      receivableNanoUsd: 0n,
    });
    await billing.client.grantAllowance(grantRequest(owner)).catch(rpcErrorFrom);
    await billing.client.closeAllowance(closeRequest(grant, 0n));
    expect(await billing.client.getCredits({ accountId: owner.accountId })).toMatchObject({
      balanceNanoUsd: 70n,
      availableNanoUsd: 70n,
    });
  });

  it('makes what is missing a receivable, which the next credit pays before the account thaws', async () => {
    const owner = await billing.account(100n);
    const request = reversal(owner, 130n);
    const answer = await billing.client.reverseCredit(request);
    expect(answer).toMatchObject({ balanceNanoUsd: 0n, receivableNanoUsd: 30n });
    expect(await billing.client.reverseCredit(request)).toEqual(answer);
    await billing.client.creditAccount(credit(owner, 20n));
    const frozen = await billing.client.grantAllowance(grantRequest(owner));
    expect(frozen.outcome).toMatchObject({ value: { reason: 'REFUSAL_REASON_ACCOUNT_FROZEN' } });
    expect(await billing.client.creditAccount(credit(owner, 25n))).toMatchObject({
      balanceNanoUsd: 15n,
    });
    expect((await billing.client.grantAllowance(grantRequest(owner))).outcome?.$case).toBe(
      'granted',
    );
  });
});

describe('what staff is shown of an account', () => {
  const asStaff = (reason: string) =>
    grpcClient(
      BillingServiceClient,
      billing.service.grpcTarget,
      billing.service.tlsOf('ops-support'),
      { timeoutMs: patienceMs, reason },
    );
  const readsOf = ({ accountId, userId, keyId }: Owner, requestId: string) => {
    return {
      getCredits: { accountId },
      getLimits: { accountId, userId, keyId },
      getCharge: { requestId },
      getAccountPlan: { accountId },
      listPayments: { accountId, limit: 0, beforeTransactionId: '' },
      listInvoices: { accountId, limit: 0, beforeMonth: '' },
    };
  };

  it('needs a reason and is in the audit log; what services ask is not', async () => {
    const owner = await billing.account(1_000n);
    const requestId = await billing.charge(owner, null, 10n);
    const told: AuditedAct[] = [];
    billing.outside.messaging.consume(billingActPerformed, {
      durable: 'test__staff-reads',
      handle: async (act) => void told.push(act),
    });
    const support = asStaff('ticket 4711');
    const silent = asStaff('');
    const reads = Object.entries(readsOf(owner, requestId)) as [
      keyof ReturnType<typeof readsOf>,
      never,
    ][];
    for (const [method, request] of reads) {
      expect(await silent[method](request).catch(rpcErrorFrom)).toMatchObject({
        code: 'invalid_argument',
        field: 'reason',
      });
      await support[method](request);
    }
    const nobody = { accountId: newId('account') };
    expect(await support.getCredits(nobody).catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
    });
    await billing.client.getCredits({ accountId: owner.accountId });
    await billing.client.createAccount({ ...nobody, ownerUserId: newId('user'), plan: '' });
    await billing.client.creditAccount({ ...credit({ ...owner, ...nobody }, 1n) });
    await eventually(() =>
      expect(told.some(({ accountId }) => accountId === nobody.accountId)).toBe(true),
    );
    const looked = told.filter(({ act }) => act === 'staff.accessed');
    expect(looked.map(({ details }) => details['read']).sort()).toEqual(
      reads.map(([method]) => method).sort(),
    );
    for (const act of looked) {
      expect(act).toMatchObject({
        accountId: owner.accountId,
        actor: { kind: 'staff', id: expect.stringMatching(/^support:/) },
        reason: 'ticket 4711',
      });
    }
    support.close();
    silent.close();
  });
});
