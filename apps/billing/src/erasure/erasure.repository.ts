import { idFromUuid } from '@modelbridge/contracts';
import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

/** UUIDs. */
export interface Person {
  userId: string;
  /** Their own account, not a team's. */
  accountId: string;
  /** Takes their place in what stays. */
  pseudonymUserId: string;
}

export type Counts = Record<string, number>;

type Statement = readonly [kind: string, sql: string, parameters: unknown[]];

@Injectable()
export class ErasureRepository {
  /** Accounts in which the person has spent something, their own included where it is known here. */
  async accountsOf(tx: Tx, { accountId, userId }: Person): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM billing_account WHERE id = $1
       UNION SELECT account_id FROM spend_counter WHERE scope = 'member' AND scope_id = $2`,
      [accountId, userId],
    );
    return rows.map(({ id }) => id);
  }

  /** What has to end first, by kind; it does so by itself. */
  async underWay(tx: Tx, { accountId, userId }: Person): Promise<Counts> {
    const [row] = await tx.query<{ counts: Counts }>(
      `SELECT jsonb_build_object(
         'allowances', (SELECT count(*) FROM allowance WHERE state <> 'ended' AND (account_id = $1 OR user_id = $2)),
         'recharges', (SELECT count(*) FROM recharge WHERE state = 'started' AND account_id = $1),
         'refunds', (SELECT count(*) FROM refund_request r JOIN stripe_payment p USING (payment_intent_id)
                     WHERE r.state = 'asked' AND p.account_id = $1),
         'invoices', (SELECT count(*) FROM invoice WHERE state = 'unsent' AND account_id = $1),
         'payment_pages', (SELECT count(*) FROM top_up WHERE state = 'open' AND expires_at > now() AND account_id = $1)
       ) AS counts`,
      [accountId, userId],
    );
    return row?.counts ?? {};
  }

  /** From now on nothing personal is kept with the account, whatever comes late. */
  async close(tx: Tx, { accountId }: Person): Promise<void> {
    await tx.execute(
      'UPDATE billing_account SET erased_at = coalesce(erased_at, now()) WHERE id = $1',
      [accountId],
    );
  }

  /** Removes what is the person's, and puts nobody in their place elsewhere; how many rows, by kind. */
  async erase(tx: Tx, person: Person): Promise<Counts> {
    // Tables of all accounts are read for one person.
    await tx.execute(`SET LOCAL statement_timeout = '10min'`);
    const counts: Counts = {};
    for (const [kind, sql, parameters] of [...ownStatements(person), ...personStatements(person)]) {
      const rows = await tx.execute(sql, parameters);
      counts[kind] = (counts[kind] ?? 0) + rows;
    }
    return counts;
  }

  /** What is kept of the account, by kind. */
  async kept(tx: Tx, { accountId }: Person): Promise<Counts> {
    const [row] = await tx.query<{ counts: Counts }>(
      `SELECT jsonb_build_object(
         'balance_changes', (SELECT count(*) FROM payment WHERE account_id = $1),
         'payments', (SELECT count(*) FROM stripe_payment WHERE account_id = $1),
         'invoices', (SELECT count(*) FROM invoice WHERE account_id = $1),
         'credit_grants', (SELECT count(*) FROM credit_grant WHERE account_id = $1),
         'subscriptions', (SELECT count(*) FROM subscription WHERE account_id = $1),
         'charged_requests', (SELECT coalesce(sum(requests), 0) FROM monthly_usage WHERE account_id = $1)
       ) AS counts`,
      [accountId],
    );
    return row?.counts ?? {};
  }
}

/** Of the account that is theirs alone. */
function ownStatements({ accountId }: Person): Statement[] {
  const statements: [string, string][] = [
    ['webhook_deliveries', 'DELETE FROM account_webhook_delivery WHERE account_id = $1'],
    ['webhooks', 'DELETE FROM account_webhook WHERE account_id = $1'],
    [
      'notice_mails',
      'DELETE FROM notice_mail WHERE notice_id IN (SELECT id FROM notice WHERE account_id = $1)',
    ],
    ['notices', 'DELETE FROM notice WHERE account_id = $1'],
    ['auto_recharges', 'DELETE FROM auto_recharge WHERE account_id = $1'],
    ['saved_cards', 'DELETE FROM stripe_card WHERE account_id = $1'],
    [
      'card_details',
      `UPDATE stripe_payment SET card_brand = NULL, card_last4 = NULL
       WHERE account_id = $1 AND (card_brand IS NOT NULL OR card_last4 IS NOT NULL)`,
    ],
    [
      'card_details',
      `UPDATE recharge SET payment_method_id = '' WHERE account_id = $1 AND payment_method_id <> ''`,
    ],
    ['payment_pages', 'DELETE FROM top_up WHERE account_id = $1'],
    ['promo_attempts', 'DELETE FROM promo_attempt WHERE account_id = $1'],
    ['limits', `DELETE FROM spend_limit WHERE account_id = $1 AND scope <> 'account'`],
    ['counters', `DELETE FROM spend_counter WHERE account_id = $1 AND scope <> 'account'`],
  ];
  return statements.map(([kind, sql]) => [kind, sql, [accountId]]);
}

/** Of the person, in accounts of teams too. */
function personStatements({ userId, pseudonymUserId }: Person): Statement[] {
  const user = idFromUuid('user', userId);
  const ofLimit = `(SELECT id FROM notice WHERE facts->>'scope' = 'member' AND facts->>'scope_id' = $1)`;
  return [
    [
      'webhook_deliveries',
      `DELETE FROM account_webhook_delivery WHERE notice_id IN ${ofLimit}`,
      [user],
    ],
    ['notice_mails', `DELETE FROM notice_mail WHERE notice_id IN ${ofLimit}`, [user]],
    ['notices', `DELETE FROM notice WHERE id IN ${ofLimit}`, [user]],
    ['notice_mails', 'DELETE FROM notice_mail WHERE member_user_id = $1', [userId]],
    ['unsubscriptions', 'DELETE FROM notice_unsubscription WHERE user_id = $1', [userId]],
    ['limits', `DELETE FROM spend_limit WHERE scope = 'member' AND scope_id = $1`, [userId]],
    ['pseudonymised_counters', nobodyInCounters, [userId, pseudonymUserId]],
    ['pseudonymised_usage', nobodyInUsage, [userId, pseudonymUserId]],
    ['pseudonymised_invoice_lines', nobodyInInvoiceLines, [userId, pseudonymUserId]],
    [
      'pseudonymised_allowances',
      'UPDATE allowance SET user_id = $2 WHERE user_id = $1',
      [userId, pseudonymUserId],
    ],
    [
      'pseudonymised_accounts',
      'UPDATE billing_account SET owner_user_id = $2 WHERE owner_user_id = $1',
      [userId, pseudonymUserId],
    ],
    [
      'stripped_quarantined_charges',
      `UPDATE quarantined_charge SET record = record - '{userId,keyId,keyHash,tags}'::text[]
       WHERE record->>'userId' = $1`,
      [user],
    ],
  ];
}

/** What came late may have put nobody there already. */
const nobodyInCounters = `
  WITH gone AS (DELETE FROM spend_counter WHERE scope = 'member' AND scope_id = $1 RETURNING *)
  INSERT INTO spend_counter AS kept (account_id, scope, scope_id, period, period_start, used_nano_usd)
  SELECT account_id, scope, $2::uuid, period, period_start, used_nano_usd FROM gone
  ON CONFLICT (account_id, scope, scope_id, period, period_start)
    DO UPDATE SET used_nano_usd = kept.used_nano_usd + EXCLUDED.used_nano_usd`;

const usageSums = [
  'requests',
  'input_tokens',
  'output_tokens',
  'charged_nano_usd',
  'granted_nano_usd',
].flatMap((name) => [name, `invoiced_${name}`]);

const nobodyInUsage = `
  WITH gone AS (DELETE FROM monthly_usage WHERE user_id = $1 RETURNING *)
  INSERT INTO monthly_usage AS kept (account_id, month, user_id, model, ${usageSums.join(', ')})
  SELECT account_id, month, $2::uuid, model, ${usageSums.join(', ')} FROM gone
  ON CONFLICT (account_id, month, user_id, model) DO UPDATE SET
    ${usageSums.map((name) => `${name} = kept.${name} + EXCLUDED.${name}`).join(', ')}`;

const nobodyInInvoiceLines = `
  UPDATE invoice_line l SET user_id = CASE
    WHEN EXISTS (SELECT FROM invoice_line k WHERE k.invoice_id = l.invoice_id AND k.month = l.month
                   AND k.model = l.model AND k.user_id = $2) THEN gen_random_uuid()
    ELSE $2::uuid END
  WHERE user_id = $1`;
