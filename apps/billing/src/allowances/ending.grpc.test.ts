import { uuidOf } from '@modelbridge/contracts';
import { LimitPeriod, LimitScope, type Limit } from '@modelbridge/contracts/billing.v1';
import { billingAllowanceRecalled } from '@modelbridge/contracts/events';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { eventually, FakeClock } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AccountBooks } from '../book/account-books.service.js';
import { granted } from '../testing/outcomes.js';
import { RunningBilling } from '../testing/running-billing.js';
import { closeRequest, grantRequest, type Owner } from '../testing/samples.js';
import { AllowancesRepository } from './allowances.repository.js';
import { OverdueService } from './overdue.service.js';
import { OutstandingService } from './outstanding.service.js';
import { RecallService } from './recall.service.js';

const noon = '2026-03-14T12:00:00Z';
const minute = 60_000;

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
});
afterAll(() => billing.close());
beforeEach(() => billing.clock.set(noon));

async function credits(owner: Owner) {
  return billing.client.getCredits({ accountId: owner.accountId });
}

async function limits(owner: Owner): Promise<Limit[]> {
  return (await billing.client.getLimits(owner)).limits;
}

describe('the end of an allowance', () => {
  it('keeps what was spent held until its charges arrive', async () => {
    const owner = await billing.account(100n);
    const grant = grantRequest(owner, { minimumNanoUsd: 90n });
    await billing.client.grantAllowance(grant);
    await billing.charge(owner, grant.allowanceId, 20n);
    expect(await billing.client.closeAllowance(closeRequest(grant, 50n))).toEqual({
      releasedNanoUsd: 40n,
    });
    expect(await credits(owner)).toMatchObject({ balanceNanoUsd: 80n, heldNanoUsd: 30n });
    await billing.charge(owner, grant.allowanceId, 30n);
    expect(await credits(owner)).toMatchObject({ balanceNanoUsd: 50n, heldNanoUsd: 0n });
  });

  it('closes with exact totals after a crash, when account and step are no longer known', async () => {
    const owner = await billing.account(100n);
    const grant = grantRequest(owner, { minimumNanoUsd: 90n });
    await billing.client.grantAllowance(grant);
    const close = closeRequest(grant, 25n, { accountId: '', step: 4_294_967_295 });
    expect(await billing.client.closeAllowance(close)).toEqual({ releasedNanoUsd: 65n });
  });

  it('holds through expiry and is written off only after the grace', async () => {
    const owner = await billing.account(100n);
    const grant = grantRequest(owner, { minimumNanoUsd: 90n });
    await billing.client.grantAllowance(grant);
    billing.clock.advance(minute + 15 * minute - 1);
    await billing.part(OverdueService).sweep();
    expect((await credits(owner)).heldNanoUsd).toBe(90n);
    billing.clock.advance(1);
    await eventually(async () => {
      await billing.part(OverdueService).sweep();
      expect((await credits(owner)).heldNanoUsd).toBe(0n);
    });
    const [written] = await billing.database.query<{ amount: bigint }>(
      'SELECT written_off_nano_usd AS amount FROM allowance WHERE id = $1',
      [uuidOf('allowance', grant.allowanceId)],
    );
    expect(written?.amount).toBe(90n);
  });

  it('is not written off while its usage waits at a gateway or cannot be asked for', async () => {
    const none = billing.outstanding;
    const owner = await billing.account(100n);
    const grant = grantRequest(owner, { minimumNanoUsd: 90n });
    await billing.client.grantAllowance(grant);
    await billing.client.closeAllowance(closeRequest(grant, 60n));
    const epoch = { gatewayEpoch: grant.gatewayEpoch, oldestAgeMs: 3_600_000n, silentMs: 0n };
    billing.outstanding = () => Promise.resolve({ epochs: [epoch], oldestUnconfirmedAgeMs: 0n });
    billing.clock.advance(17 * minute);
    await billing.part(OverdueService).sweep();
    expect((await credits(owner)).heldNanoUsd).toBe(60n);
    billing.outstanding = () => Promise.reject(new Error('usage-ledger is away'));
    await expect(billing.part(OverdueService).sweep()).rejects.toThrow('away');
    expect((await credits(owner)).heldNanoUsd).toBe(60n);
    billing.outstanding = none;
    await billing.part(OverdueService).sweep();
    await eventually(async () => expect((await credits(owner)).heldNanoUsd).toBe(0n));
  });

  it('is written off behind more than a batch of others that cannot be', async () => {
    const clock = new FakeClock(noon);
    const overdue = new OverdueService(
      billing.database,
      billing.part(AccountBooks),
      billing.part(AllowancesRepository),
      billing.part(RecallService),
      billing.part(OutstandingService),
      clock,
      Logger.create({ service: 'test', level: 'silent' }),
      new Metrics('test'),
    );
    const owners: Owner[] = [];
    for (let count = 0; count < 6; count += 1) {
      const owner = await billing.account(100n);
      await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 90n }));
      billing.clock.advance(1);
      owners.push(owner);
    }
    const setHeld = (nanoUsd: bigint) =>
      billing.database.execute(
        `UPDATE spend_counter SET held_nano_usd = $2
         WHERE account_id = ANY($1) AND scope = 'account' AND period = 'total'`,
        [owners.slice(0, 5).map(({ accountId }) => uuidOf('account', accountId)), nanoUsd],
      );
    await setHeld(0n);
    clock.advance(17 * minute);
    await overdue.sweep(2);
    expect((await credits(owners[5] as Owner)).heldNanoUsd).toBe(0n);

    await setHeld(90n);
    await overdue.sweep(2);
    for (const owner of owners) expect((await credits(owner)).heldNanoUsd).toBe(0n);
  });

  it('charges what comes after the write-off: what fits to the customer, the rest to overrun', async () => {
    const owner = await billing.account(100n);
    const grant = grantRequest(owner, { minimumNanoUsd: 90n });
    await billing.client.grantAllowance(grant);
    billing.clock.advance(17 * minute);
    await billing.part(OverdueService).sweep();
    await eventually(async () => expect((await credits(owner)).heldNanoUsd).toBe(0n));
    await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 60n }));
    const requestId = await billing.charge(owner, grant.allowanceId, 90n);
    const { charge: posted } = await billing.client.getCharge({ requestId });
    expect(posted).toMatchObject({ chargedNanoUsd: 40n, overrunNanoUsd: 50n });
    expect(await credits(owner)).toMatchObject({
      balanceNanoUsd: 60n,
      heldNanoUsd: 60n,
      availableNanoUsd: 0n,
    });
  });

  it('ends at midnight, and its charges post to the day of its grant', async () => {
    const owner = await billing.account(1_000n);
    await billing.client.setLimit({
      accountId: owner.accountId,
      scope: LimitScope.KEY,
      period: LimitPeriod.DAY,
      scopeId: owner.keyId,
      limitNanoUsd: 200n,
    });
    billing.clock.set('2026-03-31T23:59:50Z');
    const grant = grantRequest(owner, { minimumNanoUsd: 150n });
    expect(granted(await billing.client.grantAllowance(grant)).lifetimeMs).toBe(10_000);
    billing.clock.set('2026-04-01T00:00:01Z');
    await billing.charge(owner, grant.allowanceId, 150n);
    const day = (await limits(owner)).find(({ period }) => period === LimitPeriod.DAY);
    expect(day).toMatchObject({ usedNanoUsd: 0n, heldNanoUsd: 0n, limitNanoUsd: 200n });
    granted(await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 200n })));
    const used = await billing.database.query<{ start: string; used: bigint }>(
      `SELECT period_start::text AS start, used_nano_usd AS used FROM spend_counter
       WHERE period = 'day' AND used_nano_usd = 150 AND scope_id = $1`,
      [uuidOf('key', owner.keyId)],
    );
    expect(used).toEqual([{ start: '2026-03-31', used: 150n }]);
  });
});

describe('a cap that goes down', () => {
  const keyTotal = (owner: Owner, limitNanoUsd: bigint | undefined) => ({
    accountId: owner.accountId,
    scope: LimitScope.KEY,
    period: LimitPeriod.TOTAL,
    scopeId: owner.keyId,
    limitNanoUsd,
  });

  it('is refused below what is used', async () => {
    const owner = await billing.account(1_000n);
    await billing.charge(owner, null, 100n);
    const error = await billing.client.setLimit(keyTotal(owner, 99n)).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'failed_precondition', field: 'limit_nano_usd' });
    expect((await billing.client.setLimit(keyTotal(owner, 100n))).limit).toMatchObject({
      usedNanoUsd: 100n,
    });
  });

  it('recalls, grants nothing meanwhile and takes effect as holds return', async () => {
    const owner = await billing.account(1_000n);
    await billing.client.setLimit(keyTotal(owner, 500n));
    const held = grantRequest(owner, { minimumNanoUsd: 400n });
    await billing.client.grantAllowance(held);
    const recalls: string[] = [];
    const recalled = billing.outside.messaging.subscribeLatest(billingAllowanceRecalled, {
      handle: ({ accountId }) => void recalls.push(accountId),
    });
    await billing.outside.listening();
    await billing.client.setLimit(keyTotal(owner, 300n));
    // Before anybody waits for a grant, which recalls as well.
    await eventually(() => expect(recalls).toEqual([owner.accountId]));
    await recalled.stop();
    const waiting = billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 10n }));
    await eventually(async () => {
      const [row] = await billing.database.query<{ lowered: boolean }>(
        `SELECT lowered FROM spend_counter WHERE scope = 'key' AND period = 'total' AND cap_nano_usd = 300`,
      );
      expect(row?.lowered).toBe(true);
    });
    await billing.client.closeAllowance(closeRequest(held, 290n));
    expect(granted(await waiting).amountNanoUsd).toBe(10n);
  });
});
