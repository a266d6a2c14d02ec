import { randomUUID } from 'node:crypto';
import { databaseErrorCode } from '@modelbridge/service-kit/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningBilling } from '../testing/running-billing.js';

const restrictViolation = '23001';
const checkViolation = '23514';
const foreignKeyViolation = '23503';

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
  await billing.account(500n);
});
afterAll(() => billing.close());

function codeOf(sql: string, parameters?: unknown[]): Promise<string | undefined> {
  return billing.database.execute(sql, parameters).then(() => 'accepted', databaseErrorCode);
}

describe('the ledger', () => {
  it.each([
    ['a transfer is changed', 'UPDATE ledger_transfer SET amount_nano_usd = 1'],
    ['a transfer is removed', 'DELETE FROM ledger_transfer'],
    ['the transfers are emptied', 'TRUNCATE ledger_transfer CASCADE'],
    ['a balance is written', 'UPDATE ledger_account SET debits_nano_usd = debits_nano_usd + 1'],
    ['a ledger account is removed', "DELETE FROM ledger_account WHERE kind = 'cash'"],
    [
      'a ledger account opens with a balance',
      `INSERT INTO ledger_account (kind, account_id, credits_nano_usd) VALUES ('customer', '${randomUUID()}', 5)`,
    ],
    ['a charge is changed', 'UPDATE charge SET charged_nano_usd = 0'],
    ['a payment is removed', 'DELETE FROM payment'],
  ])('refuses when %s', async (_, sql) => {
    expect(await codeOf(sql)).toBe(restrictViolation);
  });

  it.each([
    ['of nothing', 1, 2, 0],
    ['below zero', 1, 2, -5],
    ['from an account to itself', 1, 1, 5],
  ])('refuses a transfer %s', async (_, debit, credit, amount) => {
    const sql = `INSERT INTO ledger_transfer (id, kind, debit_account, credit_account, amount_nano_usd) VALUES ($1, 'credit', $2, $3, $4)`;
    expect(await codeOf(sql, [randomUUID(), debit, credit, amount])).toBe(checkViolation);
  });

  it.each([
    ['from', 999, 2],
    ['to', 1, 999],
  ])('refuses a transfer %s a ledger account that does not exist', async (_, debit, credit) => {
    const sql = `INSERT INTO ledger_transfer (id, kind, debit_account, credit_account, amount_nano_usd)
                 VALUES ($1, 'credit', 1, 2, 5), ($2, 'credit', $3, $4, 5)`;
    const parameters = [randomUUID(), randomUUID(), debit, credit];
    expect(await codeOf(sql, parameters)).toBe(foreignKeyViolation);
  });

  it.each([
    ['an account', '$1::uuid', 'null', 0],
    ['a transfer', 'id', '$1::uuid', 5],
  ])('refuses a charge of %s that does not exist', async (_, account, transfer, amount) => {
    const sql = `INSERT INTO charge (request_id, body_hash, account_id, key_id, transfer_id,
                   charged_nano_usd, overrun_nano_usd, ledger_sequence)
                 SELECT $1, '', ${account}, id, ${transfer}, ${amount}, 0, 1 FROM billing_account`;
    expect(await codeOf(sql, [randomUUID()])).toBe(foreignKeyViolation);
  });

  it('refuses a counter above its cap, unless the cap went down', async () => {
    const overspent = `UPDATE spend_counter SET used_nano_usd = 501 WHERE scope = 'account' AND period = 'total'`;
    expect(await codeOf(overspent)).toBe(checkViolation);
    expect(await codeOf(`UPDATE spend_counter SET held_nano_usd = -1`)).toBe(checkViolation);
  });

  it('keeps every balance equal to the sum of its transfers', async () => {
    const wrong = await billing.database.query(
      `SELECT a.id FROM ledger_account a
       LEFT JOIN ledger_transfer d ON d.debit_account = a.id
       GROUP BY a.id HAVING a.debits_nano_usd <> coalesce(sum(d.amount_nano_usd), 0)`,
    );
    expect(wrong).toEqual([]);
    const [totals] = await billing.database.query<{ debits: bigint; credits: bigint }>(
      `SELECT sum(debits_nano_usd)::int8 AS debits, sum(credits_nano_usd)::int8 AS credits FROM ledger_account`,
    );
    expect(totals).toEqual({ debits: 500n, credits: 500n });
  });
});
