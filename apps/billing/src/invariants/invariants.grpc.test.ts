import { randomUUID } from 'node:crypto';
import { newId, uuidOf } from '@modelbridge/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChargesService } from '../charges/charges.service.js';
import { OverdueService } from '../allowances/overdue.service.js';
import { RunningBilling } from '../testing/running-billing.js';
import { closeRequest, grantRequest, recorded, type Owner } from '../testing/samples.js';

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
  await history();
});
afterAll(() => billing.close());

async function violations(full = true): Promise<Record<string, bigint>> {
  const { checks } = await billing.client.checkInvariants({ full });
  return Object.fromEntries(checks.map(({ invariant, violations: count }) => [invariant, count]));
}

async function charge(owner: Owner, allowanceId: string | null, cost: string): Promise<void> {
  const requests = [recorded(owner, { allowanceId, costNanoUsd: cost })];
  await billing.part(ChargesService).post([{ batchId: randomUUID(), requests }]);
}

const clean = { I1: 0n, I2: 0n, I3: 0n, I4: 0n };

/** Allowances granted, renewed, charged, closed, overdue and overrun. */
async function history(): Promise<void> {
  const owner = await billing.account(1_000n);
  const [closed, lost] = [
    grantRequest(owner, { minimumNanoUsd: 100n }),
    grantRequest(owner, { minimumNanoUsd: 50n }),
  ];
  const grants = [owner, await billing.account(0n)].map(({ accountId }) => ({
    accountId,
    amountNanoUsd: 2_000n,
    expiresAt: new Date('2026-04-01T00:00:00Z'),
    idempotencyKey: newId('transaction'),
  }));
  for (const grant of grants) await billing.client.grantCredit(grant);
  await billing.client.grantAllowance(closed);
  await billing.client.grantAllowance(lost);
  await charge(owner, closed.allowanceId, '30');
  await billing.client.closeAllowance(closeRequest(closed, 40n));
  billing.clock.advance(24 * 60 * 60_000);
  await billing.part(OverdueService).sweep();
  await billing.client.grantAllowance(grantRequest(owner, { minimumNanoUsd: 70n }));
  await charge(owner, lost.allowanceId, '60');
  await charge(owner, null, '5000');
}

describe('the invariants', () => {
  it('hold after allowances were closed, written off and overrun', async () => {
    expect(await violations()).toEqual(clean);
    expect(await violations(false)).toEqual(clean);
    const { checks } = await billing.client.checkInvariants({ full: true });
    for (const { checked } of checks) expect(checked).toBeGreaterThan(0n);
  });

  it('are right under load', async () => {
    const owner = await billing.account(1_000_000n);
    // Fewer at once than the database has connections: one that waits long for its own is refused.
    const load = Array.from({ length: 6 }, async (_, caller) => {
      for (let index = caller * 10; index < (caller + 1) * 10; index += 1) {
        const grant = grantRequest(owner, { minimumNanoUsd: 100n });
        await billing.client.grantAllowance(grant);
        await charge(owner, grant.allowanceId, String(index));
        await billing.client.closeAllowance(closeRequest(grant, BigInt(index)));
      }
    });
    for (let look = 0; look < 5; look += 1) expect(await violations()).toEqual(clean);
    await Promise.all(load);
    expect(await violations()).toEqual(clean);
  });

  it.each([
    [
      'I1',
      'a hold that belongs to no allowance',
      `UPDATE spend_counter SET held_nano_usd = held_nano_usd + 1 WHERE scope = 'key'`,
    ],
    [
      'I1',
      'an allowance that no counter holds',
      `UPDATE allowance SET amount_nano_usd = amount_nano_usd + 5 WHERE state = 'open'`,
    ],
    [
      'I2',
      'use that was never charged',
      `UPDATE spend_counter SET used_nano_usd = used_nano_usd - 1 WHERE scope = 'account' AND period = 'total' AND used_nano_usd > 0`,
    ],
    [
      'I2',
      'a charge that differs from its transfer',
      `ALTER TABLE charge DISABLE TRIGGER USER; UPDATE charge SET charged_nano_usd = charged_nano_usd + 1 WHERE transfer_id IS NOT NULL`,
    ],
    [
      'I2',
      'a charge that granted credit paid in part only',
      `ALTER TABLE charge DISABLE TRIGGER USER; UPDATE charge SET granted_nano_usd = granted_nano_usd - 1, charged_nano_usd = charged_nano_usd - 1 WHERE granted_nano_usd > 1`,
    ],
    [
      'I2',
      'a transfer of granted credit that two charges name',
      `ALTER TABLE charge DISABLE TRIGGER USER; INSERT INTO charge SELECT gen_random_uuid(), body_hash, account_id, key_id, NULL, transfer_id, charged_nano_usd, overrun_nano_usd, ledger_sequence, posted_at, granted_nano_usd, granted_transfers FROM charge WHERE granted_nano_usd > 0`,
    ],
    [
      'I2',
      'a correction without a transfer',
      `INSERT INTO charge_correction (idempotency_key, request_id, paid_nano_usd, granted_nano_usd, transfer_ids) SELECT 'planted', request_id, 1, 0, '{}' FROM charge WHERE charged_nano_usd > granted_nano_usd LIMIT 1`,
    ],
    ['I4', 'a grant that is shut with something left', `UPDATE credit_grant SET open = false`],
    [
      'I3',
      'a settlement without a charge',
      `UPDATE allowance SET settled_nano_usd = settled_nano_usd + 1 WHERE state = 'open'`,
    ],
    [
      'I4',
      'a balance that is not its transfers',
      `ALTER TABLE ledger_account DISABLE TRIGGER USER; UPDATE ledger_account SET debits_nano_usd = debits_nano_usd + 1 WHERE kind = 'cash'`,
    ],
    [
      'I4',
      'a transfer that moved no balance',
      `ALTER TABLE ledger_transfer DISABLE TRIGGER USER; INSERT INTO ledger_transfer (id, kind, debit_account, credit_account, amount_nano_usd) VALUES (gen_random_uuid(), 'charge', 100, 2, 7)`,
    ],
  ] as const)('%s finds %s (control)', async (invariant, _, sql) => {
    const before = await violations();
    await billing.database.dataSource.query(sql);
    expect((await violations())[invariant]).toBeGreaterThan(before[invariant] ?? 0n);
  });

  it('cannot be broken by a check that is apart from its insert while the constraint stands (control)', async () => {
    const owner = await billing.account(1_000n);
    await billing.client.grantAllowance(grantRequest(owner));
    expect(await naiveRacers(owner, 32, 100n)).toBeGreaterThan(0);
    expect(await overspent(owner)).toBe(false);
  });

  it('are broken by such a check once the constraint is gone, and I1 says so (control)', async () => {
    const owner = await billing.account(1_000n);
    await billing.client.grantAllowance(grantRequest(owner));
    await billing.database.execute('ALTER TABLE spend_counter DROP CONSTRAINT cap_holds');
    const before = await violations();
    await naiveRacers(owner, 32, 100n);
    expect(await overspent(owner)).toBe(true);
    expect((await violations())['I1']).toBeGreaterThan(before['I1'] ?? 0n);
  });
});

describe('the settlement', () => {
  it('sums what was charged for a range of ledger sequences', async () => {
    const owner = await billing.account(100n);
    const requests = [900_001, 900_002, 900_003].map((ledgerSequence) =>
      recorded(owner, { ledgerSequence, costNanoUsd: '60' }),
    );
    await billing.part(ChargesService).post([{ batchId: randomUUID(), requests }]);
    const settlement = await billing.client.getSettlement({
      afterLedgerSequence: 900_001n,
      upToLedgerSequence: 900_003n,
    });
    expect(settlement).toEqual({
      charges: 2n,
      chargedNanoUsd: 40n,
      overrunNanoUsd: 80n,
      quarantined: 0n,
    });
  });
});

const total = `WHERE account_id = $1 AND scope = 'account' AND period = 'total'`;

/** Racers that look first and take afterwards; how many the database stopped. */
async function naiveRacers(owner: Owner, racers: number, amount: bigint): Promise<number> {
  const account = uuidOf('account', owner.accountId);
  const looks = Array.from({ length: racers }, () =>
    billing.database.query<{ free: bigint }>(
      `SELECT cap_nano_usd - used_nano_usd - held_nano_usd AS free FROM spend_counter ${total}`,
      [account],
    ),
  );
  const takes = (await Promise.all(looks)).map(async ([seen]) => {
    if (seen === undefined || seen.free < amount) return;
    await billing.database.execute(
      `UPDATE spend_counter SET held_nano_usd = held_nano_usd + $2 ${total}`,
      [account, amount],
    );
  });
  return (await Promise.allSettled(takes)).filter(({ status }) => status === 'rejected').length;
}

async function overspent(owner: Owner): Promise<boolean> {
  const [row] = await billing.database.query<{ overspent: boolean }>(
    `SELECT used_nano_usd + held_nano_usd > cap_nano_usd AS overspent FROM spend_counter ${total}`,
    [uuidOf('account', owner.accountId)],
  );
  return row?.overspent ?? false;
}
