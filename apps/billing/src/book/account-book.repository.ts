import { Injectable } from '@nestjs/common';
import type { Tx } from '@modelbridge/service-kit/database';
import type { PlanKey } from '../plans/plan.js';
import type { Account, AnsweredStep } from './account-book.js';
import type { Allowance } from './allowance.js';
import { answerFromJson, answerToJson } from './answer-json.js';
import type { CreditGrant } from './credit-grant.js';
import type { Counter, CounterKey } from './counter.js';
import type { Transfer } from './transfer.js';

/** An account that names its plan. */
export type StoredAccount = Omit<Account, 'plan'> & PlanKey & { hasGrants: boolean };

export interface StoredCounter extends Counter {
  accountId: string;
}

/** A counter as it is to be, and how much of what was free it takes. */
export interface CounterChange extends StoredCounter {
  usedDelta: bigint;
  heldDelta: bigint;
}

interface StepRow {
  allowanceId: string;
  step: bigint;
  requestHash: Buffer | null;
  answer: string | null;
  lastStep: bigint | null;
}

@Injectable()
export class AccountBookRepository {
  /** Locks accounts in one order everywhere; the row of an account's total guards everything of it. */
  async lock(tx: Tx, accountIds: string[]): Promise<void> {
    await tx.query(
      `SELECT account_id FROM spend_counter
       WHERE account_id = ANY($1::uuid[]) AND scope = 'account' AND period = 'total'
       ORDER BY account_id FOR NO KEY UPDATE`,
      [accountIds],
    );
  }

  accounts(tx: Pick<Tx, 'query'>, accountIds: string[]): Promise<StoredAccount[]> {
    return tx.query<StoredAccount>(
      `SELECT a.id, a.owner_user_id AS "ownerUserId", a.plan, a.plan_version AS "planVersion",
              a.billing_mode AS "billingMode", a.frozen_by_operator AS "frozenByOperator",
              a.credit_line_nano_usd AS "creditLine", a.balance_low_nano_usd AS "balanceLow",
              a.customer_ledger AS "customerLedger", a.receivable_ledger AS "receivableLedger",
              a.disputed_ledger AS "disputedLedger",
              c.credits_nano_usd - c.debits_nano_usd AS balance,
              r.debits_nano_usd - r.credits_nano_usd AS receivable,
              d.credits_nano_usd - d.debits_nano_usd AS disputed,
              EXISTS (SELECT FROM credit_grant g WHERE g.account_id = a.id AND g.open) AS "hasGrants",
              a.created_at AS "createdAt"
       FROM billing_account a
       JOIN ledger_account c ON c.id = a.customer_ledger
       JOIN ledger_account r ON r.id = a.receivable_ledger
       JOIN ledger_account d ON d.id = a.disputed_ledger
       WHERE a.id = ANY($1::uuid[])`,
      [accountIds],
    );
  }

  /** Granted credit of which something is left. */
  grants(tx: Tx, accountIds: string[]): Promise<CreditGrant[]> {
    return tx.query<CreditGrant>(
      `SELECT g.id, g.account_id AS "accountId", g.ledger, g.expires_at AS "expiresAt",
              l.credits_nano_usd - l.debits_nano_usd AS remaining
       FROM credit_grant g JOIN ledger_account l ON l.id = g.ledger
       WHERE g.account_id = ANY($1::uuid[]) AND g.open`,
      [accountIds],
    );
  }

  /** Nothing is left of these. */
  async closeGrants(tx: Tx, ids: string[]): Promise<void> {
    await tx.execute('UPDATE credit_grant SET open = false WHERE id = ANY($1::uuid[])', [ids]);
  }

  allowances(tx: Tx, ids: string[]): Promise<Allowance[]> {
    return tx.query<Allowance>(
      `SELECT id, account_id AS "accountId", user_id AS "userId", key_id AS "keyId",
              gateway_epoch AS "gatewayEpoch", granted_day::text AS "grantedDay", state,
              amount_nano_usd AS amount, settled_nano_usd AS settled, released_nano_usd AS released,
              written_off_nano_usd AS "writtenOff", beyond_nano_usd AS beyond, slots,
              expires_at AS "expiresAt", grace_until AS "graceUntil"
       FROM allowance WHERE id = ANY($1::uuid[])`,
      [ids],
    );
  }

  /** For each asked step its answer, if it has one, and the latest step of its allowance. */
  async steps(
    tx: Tx,
    asked: { allowanceId: string; step: number }[],
  ): Promise<
    { allowanceId: string; lastStep: number | undefined; answered: AnsweredStep | undefined }[]
  > {
    const rows = await tx.query<StepRow>(
      `SELECT r.allowance_id AS "allowanceId", r.step, s.request_hash AS "requestHash", s.answer,
              (SELECT max(l.step) FROM allowance_step l WHERE l.allowance_id = r.allowance_id) AS "lastStep"
       FROM unnest($1::uuid[], $2::int8[]) AS r (allowance_id, step)
       LEFT JOIN allowance_step s ON s.allowance_id = r.allowance_id AND s.step = r.step`,
      [asked.map(({ allowanceId }) => allowanceId), asked.map(({ step }) => step)],
    );
    return rows.map(({ allowanceId, step, requestHash, answer, lastStep }) => ({
      allowanceId,
      lastStep: lastStep === null ? undefined : Number(lastStep),
      answered:
        requestHash === null || answer === null
          ? undefined
          : {
              allowanceId,
              step: Number(step),
              requestHash: requestHash.toString('hex'),
              answer: answerFromJson(answer),
            },
    }));
  }

  counters(
    tx: Pick<Tx, 'query'>,
    keys: (CounterKey & { accountId: string })[],
  ): Promise<StoredCounter[]> {
    return tx.query<StoredCounter>(
      `SELECT c.account_id AS "accountId", c.scope, c.scope_id AS "scopeId", c.period,
              c.period_start::text AS "periodStart", c.cap_nano_usd AS cap,
              c.used_nano_usd AS used, c.held_nano_usd AS held, c.lowered
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::date[])
         AS k (account_id, scope, scope_id, period, period_start)
       JOIN spend_counter c USING (account_id, scope, scope_id, period, period_start)`,
      columnsOf(keys),
    );
  }

  /** Begins a scope's period with the cap that is set on the scope. */
  async createCounters(tx: Tx, keys: (CounterKey & { accountId: string })[]): Promise<void> {
    await tx.execute(
      `INSERT INTO spend_counter (account_id, scope, scope_id, period, period_start, cap_nano_usd)
       SELECT k.account_id, k.scope, k.scope_id, k.period, k.period_start, l.cap_nano_usd
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::date[])
         AS k (account_id, scope, scope_id, period, period_start)
       LEFT JOIN spend_limit l USING (account_id, scope, scope_id, period)
       ON CONFLICT DO NOTHING`,
      columnsOf(keys),
    );
  }

  /** Changes counters, each only while it has free what is taken from it; the number changed. */
  updateCounters(tx: Tx, changes: CounterChange[]): Promise<number> {
    return tx.execute(
      `UPDATE spend_counter c
       SET used_nano_usd = c.used_nano_usd + d.used, held_nano_usd = c.held_nano_usd + d.held,
           cap_nano_usd = d.cap, lowered = d.lowered
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::date[], $6::int8[], $7::int8[], $8::int8[], $9::bool[])
         AS d (account_id, scope, scope_id, period, period_start, used, held, cap, lowered)
       WHERE c.account_id = d.account_id AND c.scope = d.scope AND c.scope_id = d.scope_id
         AND c.period = d.period AND c.period_start = d.period_start
         AND (d.used + d.held <= 0 OR d.cap IS NULL
              OR d.cap - c.used_nano_usd - c.held_nano_usd >= d.used + d.held)`,
      [
        ...columnsOf(changes),
        changes.map(({ usedDelta }) => usedDelta),
        changes.map(({ heldDelta }) => heldDelta),
        changes.map(({ cap }) => cap),
        changes.map(({ lowered }) => lowered),
      ],
    );
  }

  async saveAllowances(tx: Tx, allowances: Allowance[]): Promise<void> {
    await tx.execute(
      `INSERT INTO allowance (id, account_id, user_id, key_id, gateway_epoch, granted_day, state,
         amount_nano_usd, settled_nano_usd, released_nano_usd, written_off_nano_usd, beyond_nano_usd,
         expires_at, grace_until, slots)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::date[], $7::text[],
         $8::int8[], $9::int8[], $10::int8[], $11::int8[], $12::int8[], $13::timestamptz[], $14::timestamptz[], $15::int4[])
       ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state,
         amount_nano_usd = EXCLUDED.amount_nano_usd, settled_nano_usd = EXCLUDED.settled_nano_usd,
         released_nano_usd = EXCLUDED.released_nano_usd,
         written_off_nano_usd = EXCLUDED.written_off_nano_usd, beyond_nano_usd = EXCLUDED.beyond_nano_usd,
         expires_at = EXCLUDED.expires_at, grace_until = EXCLUDED.grace_until, slots = EXCLUDED.slots`,
      [
        allowances.map(({ id }) => id),
        allowances.map(({ accountId }) => accountId),
        allowances.map(({ userId }) => userId),
        allowances.map(({ keyId }) => keyId),
        allowances.map(({ gatewayEpoch }) => gatewayEpoch),
        allowances.map(({ grantedDay }) => grantedDay),
        allowances.map(({ state }) => state),
        allowances.map(({ amount }) => amount),
        allowances.map(({ settled }) => settled),
        allowances.map(({ released }) => released),
        allowances.map(({ writtenOff }) => writtenOff),
        allowances.map(({ beyond }) => beyond),
        allowances.map(({ expiresAt }) => expiresAt),
        allowances.map(({ graceUntil }) => graceUntil),
        allowances.map(({ slots }) => slots),
      ],
    );
  }

  async addSteps(tx: Tx, steps: AnsweredStep[]): Promise<void> {
    await tx.execute(
      `INSERT INTO allowance_step (allowance_id, step, request_hash, answer)
       SELECT * FROM unnest($1::uuid[], $2::int8[], $3::bytea[], $4::text[])`,
      [
        steps.map(({ allowanceId }) => allowanceId),
        steps.map(({ step }) => step),
        steps.map(({ requestHash }) => Buffer.from(requestHash, 'hex')),
        steps.map(({ answer }) => answerToJson(answer)),
      ],
    );
  }

  async addTransfers(tx: Tx, transfers: Transfer[]): Promise<void> {
    await tx.execute(
      `INSERT INTO ledger_transfer (id, kind, debit_account, credit_account, amount_nano_usd)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::int8[], $4::int8[], $5::int8[])`,
      [
        transfers.map(({ id }) => id),
        transfers.map(({ kind }) => kind),
        transfers.map(({ debitAccount }) => debitAccount),
        transfers.map(({ creditAccount }) => creditAccount),
        transfers.map(({ amount }) => amount),
      ],
    );
  }

  async saveAccount(tx: Tx, account: Account): Promise<void> {
    const { id, frozenByOperator, creditLine, plan, billingMode } = account;
    await tx.execute(
      `UPDATE billing_account SET frozen_by_operator = $2, credit_line_nano_usd = $3, plan = $4,
         plan_version = $5, billing_mode = $6 WHERE id = $1`,
      [id, frozenByOperator, creditLine, plan?.name ?? '', plan?.version, billingMode],
    );
  }
}

function columnsOf(keys: (CounterKey & { accountId: string })[]): unknown[][] {
  return [
    keys.map(({ accountId }) => accountId),
    keys.map(({ scope }) => scope),
    keys.map(({ scopeId }) => scopeId),
    keys.map(({ period }) => period),
    keys.map(({ periodStart }) => periodStart),
  ];
}
