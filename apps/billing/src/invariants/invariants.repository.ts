import { Injectable } from '@nestjs/common';
import {
  limitScopes,
  type LimitPeriodName,
  type LimitScopeName,
} from '@modelbridge/contracts/limits';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { periodsOf, periodStartOf } from '../book/counter.js';

export interface Finding {
  checked: bigint;
  violations: bigint;
  examples: string[];
}

export interface Settlement {
  charges: bigint;
  charged: bigint;
  overrun: bigint;
  quarantined: bigint;
}

/** Each check is one statement over `subject` and `wrong` (null where a row is right). */
function finding(rows: string): string {
  return `SELECT count(*) AS checked, count(wrong) AS violations,
            coalesce((array_agg(wrong) FILTER (WHERE wrong IS NOT NULL))[1:10], '{}') AS examples
          FROM (${rows}) checked_rows`;
}

/** The column of `open` that names one of a scope, and the first day of a period. */
const scopeColumns: Record<LimitScopeName, string> = {
  account: 'account_id',
  member: 'user_id',
  key: 'key_id',
};
const periodStarts: Record<LimitPeriodName, string> = {
  total: `'${periodStartOf('total', '')}'::date`,
  month: `date_trunc('month', granted_day)::date`,
  week: `date_trunc('week', granted_day)::date`,
  day: 'granted_day',
};
const holdsByCounter = limitScopes
  .flatMap((scope) =>
    periodsOf[scope].map(
      (period) =>
        `SELECT account_id, '${scope}' AS scope, ${scopeColumns[scope]} AS scope_id,
                '${period}' AS period, ${periodStarts[period]} AS period_start, held FROM open`,
    ),
  )
  .join(' UNION ALL ');

/** In each counter: the cap is kept, and held is what the allowances of its scope and period hold. */
const counters = finding(`
  WITH open AS (
    SELECT account_id, user_id, key_id, granted_day,
           amount_nano_usd - settled_nano_usd - released_nano_usd AS held
    FROM allowance WHERE state <> 'ended'
  ), expected AS (${holdsByCounter}), holds AS (
    SELECT account_id, scope, scope_id, period, period_start, sum(held)::int8 AS held FROM expected
    GROUP BY account_id, scope, scope_id, period, period_start
  )
  SELECT CASE
    WHEN c.cap_nano_usd IS NOT NULL AND NOT c.lowered AND c.used_nano_usd + c.held_nano_usd > c.cap_nano_usd
      THEN format('%s %s %s %s: used %s + held %s > cap %s', c.scope, c.scope_id, c.period, c.period_start,
                  c.used_nano_usd, c.held_nano_usd, c.cap_nano_usd)
    WHEN c.used_nano_usd < 0 OR c.held_nano_usd < 0 THEN format('%s %s: below zero', c.scope, c.scope_id)
    WHEN coalesce(c.held_nano_usd, -1) <> coalesce(h.held, 0)
      THEN format('%s %s %s %s: held %s, allowances hold %s', c.scope, c.scope_id, c.period, c.period_start,
                  c.held_nano_usd, coalesce(h.held, 0))
  END AS wrong
  FROM spend_counter c
  FULL JOIN holds h USING (account_id, scope, scope_id, period, period_start)
  WHERE $1 OR period = 'total' OR period_start >= least(
    date_trunc('month', now() - interval '2 days'), date_trunc('week', now() - interval '2 days'))::date`);

/**
 * Each charge is one transfer of paid money and one of each grant that paid, which are its amount together; what is given
 * back is transferred and at most the charge; in full, what an account used is what it was charged.
 */
const charges = finding(`
  SELECT CASE
    WHEN coalesce(t.amount_nano_usd, 0) + c.granted_nano_usd <> c.charged_nano_usd OR coalesce(t.kind, 'charge') <> 'charge'
      THEN format('request %s: charged %s, transferred %s', c.request_id, c.charged_nano_usd, t.amount_nano_usd)
    WHEN g.amount <> c.granted_nano_usd OR g.strange > 0
      THEN format('request %s: granted credit paid %s, transferred %s', c.request_id, c.granted_nano_usd, g.amount)
  END AS wrong
  FROM charge c LEFT JOIN ledger_transfer t ON t.id = c.transfer_id
  LEFT JOIN LATERAL (
    SELECT coalesce(sum(amount_nano_usd), 0)::int8 AS amount, count(*) FILTER (WHERE kind <> 'granted_charge') AS strange
    FROM ledger_transfer WHERE id = ANY(c.granted_transfers)
  ) g ON c.granted_transfers IS NOT NULL
  WHERE $1 OR c.posted_at > now() - interval '10 minutes'
  UNION ALL
  SELECT CASE
    WHEN t.amount <> x.paid_nano_usd + x.granted_nano_usd OR t.strange > 0
      THEN format('request %s: given back %s, transferred %s', x.request_id, x.paid_nano_usd + x.granted_nano_usd, t.amount)
    WHEN s.amount > c.charged_nano_usd
      THEN format('request %s: charged %s, given back %s', x.request_id, c.charged_nano_usd, s.amount)
  END
  FROM charge_correction x JOIN charge c USING (request_id)
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_nano_usd), 0)::int8 AS amount, count(*) FILTER (WHERE kind <> 'charge_correction') AS strange
    FROM ledger_transfer WHERE id = ANY(x.transfer_ids)
  ) t
  CROSS JOIN LATERAL (
    SELECT sum(paid_nano_usd + granted_nano_usd)::int8 AS amount FROM charge_correction WHERE request_id = x.request_id
  ) s
  WHERE $1 OR x.corrected_at > now() - interval '10 minutes'
  UNION ALL
  SELECT format('transfer %s belongs to %s charges', transfer_id, count(*)) FROM (
    SELECT transfer_id FROM charge WHERE $1 AND transfer_id IS NOT NULL
    UNION ALL SELECT unnest(granted_transfers) FROM charge WHERE $1 AND granted_transfers IS NOT NULL
  ) named GROUP BY transfer_id HAVING count(*) > 1
  UNION ALL
  SELECT format('account %s: used %s, charged %s', a.account_id, a.used_nano_usd, coalesce(s.charged, 0))
  FROM spend_counter a
  LEFT JOIN (SELECT account_id, sum(charged_nano_usd)::int8 AS charged FROM charge GROUP BY account_id) s USING (account_id)
  WHERE $1 AND a.scope = 'account' AND a.period = 'total' AND a.used_nano_usd <> coalesce(s.charged, 0)
  UNION ALL
  SELECT format('account %s in %s: used %s, its lines have %s', c.account_id, c.period_start, c.used_nano_usd,
                coalesce(m.charged, 0))
  FROM spend_counter c
  LEFT JOIN (SELECT account_id, month, sum(charged_nano_usd)::int8 AS charged FROM monthly_usage
             GROUP BY account_id, month) m ON m.account_id = c.account_id AND m.month = c.period_start
  WHERE $1 AND c.scope = 'account' AND c.period = 'month' AND c.used_nano_usd <> coalesce(m.charged, 0)`);

/** In full, what an allowance settled is what its requests cost. */
const allowances = finding(`
  SELECT CASE
    WHEN a.settled_nano_usd + a.released_nano_usd > a.amount_nano_usd
      THEN format('allowance %s: settled %s + released %s > amount %s', a.id, a.settled_nano_usd, a.released_nano_usd, a.amount_nano_usd)
    WHEN a.state = 'ended' AND a.settled_nano_usd + a.released_nano_usd <> a.amount_nano_usd
      THEN format('allowance %s ended with money held', a.id)
    WHEN $1 AND a.settled_nano_usd + a.beyond_nano_usd <> coalesce(s.cost, 0)
      THEN format('allowance %s: settled %s, its requests cost %s', a.id, a.settled_nano_usd + a.beyond_nano_usd, coalesce(s.cost, 0))
  END AS wrong
  FROM allowance a
  LEFT JOIN (
    SELECT allowance_id, account_id, key_id, sum(charged_nano_usd + overrun_nano_usd)::int8 AS cost
    FROM charge WHERE $1 AND allowance_id IS NOT NULL GROUP BY allowance_id, account_id, key_id
  ) s ON s.allowance_id = a.id AND s.account_id = a.account_id AND s.key_id = a.key_id
  WHERE $1 OR a.state <> 'ended'`);

/**
 * The books balance; the balance and what is left of open grants are the cap less use and credit line; in full, every
 * ledger account is the sum of its transfers, and a grant was granted as a whole and is empty once it is not open.
 */
const ledger = finding(`
  SELECT CASE WHEN sum(debits_nano_usd) <> sum(credits_nano_usd)
    THEN format('debits %s, credits %s', sum(debits_nano_usd), sum(credits_nano_usd)) END AS wrong
  FROM ledger_account
  UNION ALL
  SELECT CASE WHEN l.credits_nano_usd - l.debits_nano_usd + coalesce(g.remaining, 0)
                <> c.cap_nano_usd - c.used_nano_usd - a.credit_line_nano_usd
    THEN format('account %s: balance %s and granted %s, limit says %s', a.id, l.credits_nano_usd - l.debits_nano_usd,
                coalesce(g.remaining, 0), c.cap_nano_usd - c.used_nano_usd - a.credit_line_nano_usd) END
  FROM billing_account a
  JOIN ledger_account l ON l.id = a.customer_ledger
  JOIN spend_counter c ON c.account_id = a.id AND c.scope = 'account' AND c.period = 'total'
  LEFT JOIN (
    SELECT o.account_id, sum(r.credits_nano_usd - r.debits_nano_usd)::int8 AS remaining
    FROM credit_grant o JOIN ledger_account r ON r.id = o.ledger WHERE o.open GROUP BY o.account_id
  ) g ON g.account_id = a.id
  UNION ALL
  SELECT CASE WHEN r.credits_nano_usd <> g.amount_nano_usd OR (NOT g.open AND r.debits_nano_usd <> g.amount_nano_usd)
    THEN format('grant %s: granted %s of %s, spent and expired %s', g.id, r.credits_nano_usd, g.amount_nano_usd, r.debits_nano_usd) END
  FROM credit_grant g JOIN ledger_account r ON r.id = g.ledger
  WHERE $1 OR g.open
  UNION ALL
  SELECT CASE WHEN a.debits_nano_usd <> coalesce(e.debits, 0) OR a.credits_nano_usd <> coalesce(e.credits, 0)
    THEN format('ledger account %s is not the sum of its transfers', a.id) END
  FROM ledger_account a
  LEFT JOIN (
    SELECT id, sum(debit)::int8 AS debits, sum(credit)::int8 AS credits FROM (
      SELECT debit_account AS id, amount_nano_usd AS debit, 0 AS credit FROM ledger_transfer WHERE $1
      UNION ALL SELECT credit_account, 0, amount_nano_usd FROM ledger_transfer WHERE $1
    ) entry GROUP BY id
  ) e ON e.id = a.id
  WHERE $1`);

const checks = { I1: counters, I2: charges, I3: allowances, I4: ledger } as const;
export type Invariant = keyof typeof checks;
export const invariants = Object.keys(checks) as Invariant[];

@Injectable()
export class InvariantsRepository {
  constructor(private readonly database: Database) {}

  /** All checks in one snapshot. */
  check(full: boolean): Promise<[Invariant, Finding][]> {
    return this.database.transaction(async (tx) => {
      await allowTime(tx);
      const findings: [Invariant, Finding][] = [];
      for (const invariant of invariants) {
        const [found] = await tx.query<Finding>(checks[invariant], [full]);
        if (found === undefined) throw new Error('a check that says nothing');
        findings.push([invariant, found]);
      }
      return findings;
    }, 'REPEATABLE READ');
  }

  settlement(after: bigint, upTo: bigint): Promise<Settlement> {
    return this.database.transaction(async (tx) => {
      await allowTime(tx);
      const [settlement] = await tx.query<Settlement>(
        `SELECT count(*) AS charges, coalesce(sum(charged_nano_usd), 0)::int8 AS charged,
                coalesce(sum(overrun_nano_usd), 0)::int8 AS overrun,
                (SELECT count(*) FROM quarantined_charge) AS quarantined
         FROM charge WHERE ledger_sequence > $1 AND ledger_sequence <= $2`,
        [after, upTo],
      );
      if (settlement === undefined) throw new Error('a sum that says nothing');
      return settlement;
    });
  }
}

async function allowTime(tx: Tx): Promise<void> {
  await tx.execute(`SET LOCAL statement_timeout = '10min'`);
}
