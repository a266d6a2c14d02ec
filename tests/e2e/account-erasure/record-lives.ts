import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { recordLives } from '../../../apps/billing/src/erasure/record-lives.js';
import { stack, tables } from './people.js';

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
