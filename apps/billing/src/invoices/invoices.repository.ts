import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { invoiceBounds } from './bounds.js';
import type { Invoice, InvoiceLine } from './invoice.js';

const columns = `id, number, account_id AS "accountId", month::text AS month, charged_nano_usd AS charged,
  granted_nano_usd AS granted, owed_nano_usd AS owed, due_cents AS "dueCents", issued_at AS "issuedAt", state,
  hosted_url AS "hostedUrl"`;

@Injectable()
export class InvoicesRepository {
  constructor(private readonly database: Database) {}

  /** Accounts that have charges up to this month on no invoice, and no invoice of it, from the one after `after` on. */
  async due(month: string, after: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT DISTINCT u.account_id AS id FROM monthly_usage u
       WHERE u.month <= $1 AND u.requests <> u.invoiced_requests AND u.account_id > $2
         AND NOT EXISTS (SELECT FROM invoice i WHERE i.account_id = u.account_id AND i.month = $1)
       ORDER BY u.account_id LIMIT $3`,
      [month, after, invoiceBounds.page],
    );
    return rows.map(({ id }) => id);
  }

  async has(tx: Tx, accountId: string, month: string): Promise<boolean> {
    const found = await tx.query('SELECT FROM invoice WHERE account_id = $1 AND month = $2', [
      accountId,
      month,
    ]);
    return found.length > 0;
  }

  /** Nobody is there any more of whom something could be collected. */
  async isErased(tx: Tx, accountId: string): Promise<boolean> {
    const found = await tx.query(
      'SELECT FROM billing_account WHERE id = $1 AND erased_at IS NOT NULL',
      [accountId],
    );
    return found.length > 0;
  }

  /** What is on no invoice yet, up to a month; from then on it is on the one that the caller makes. */
  take(tx: Tx, accountId: string, month: string): Promise<InvoiceLine[]> {
    return tx.query<InvoiceLine>(
      `WITH open AS (
         SELECT * FROM monthly_usage WHERE account_id = $1 AND month <= $2 AND requests <> invoiced_requests FOR UPDATE
       ), taken AS (
         UPDATE monthly_usage u SET invoiced_requests = u.requests, invoiced_input_tokens = u.input_tokens,
           invoiced_output_tokens = u.output_tokens, invoiced_charged_nano_usd = u.charged_nano_usd,
           invoiced_granted_nano_usd = u.granted_nano_usd
         FROM open o WHERE u.account_id = o.account_id AND u.month = o.month AND u.user_id = o.user_id AND u.model = o.model
       )
       SELECT month::text AS month, user_id AS "userId", model, requests - invoiced_requests AS requests,
              input_tokens - invoiced_input_tokens AS "inputTokens",
              output_tokens - invoiced_output_tokens AS "outputTokens",
              charged_nano_usd - invoiced_charged_nano_usd AS charged,
              granted_nano_usd - invoiced_granted_nano_usd AS granted
       FROM open ORDER BY month, user_id, model`,
      [accountId, month],
    );
  }

  /** Charged to paid money after a month, and due on invoices that are not paid. */
  async since(
    tx: Tx,
    accountId: string,
    month: string,
  ): Promise<{ chargedSince: bigint; outstandingCents: bigint }> {
    const [row] = await tx.query<{ chargedSince: bigint; outstandingCents: bigint }>(
      `SELECT coalesce((SELECT sum(charged_nano_usd - granted_nano_usd) FROM monthly_usage
                        WHERE account_id = $1 AND month > $2), 0)::int8 AS "chargedSince",
              coalesce((SELECT sum(due_cents) FROM invoice
                        WHERE account_id = $1 AND state IN ('unsent', 'open')), 0)::int8 AS "outstandingCents"`,
      [accountId, month],
    );
    return row ?? { chargedSince: 0n, outstandingCents: 0n };
  }

  async nextNumber(tx: Tx, month: string): Promise<string> {
    const [row] = await tx.query<{ n: bigint }>(`SELECT nextval('invoice_number') AS n`);
    return `MB-${month.slice(0, 7).replace('-', '')}-${String(row?.n ?? 0).padStart(6, '0')}`;
  }

  async add(
    tx: Tx,
    invoice: Omit<Invoice, 'issuedAt' | 'hostedUrl'>,
    lines: InvoiceLine[],
  ): Promise<void> {
    await tx.execute(
      `INSERT INTO invoice (id, number, account_id, month, charged_nano_usd, granted_nano_usd, owed_nano_usd, due_cents, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        invoice.id,
        invoice.number,
        invoice.accountId,
        invoice.month,
        invoice.charged,
        invoice.granted,
        invoice.owed,
        invoice.dueCents,
        invoice.state,
      ],
    );
    await tx.execute(
      `INSERT INTO invoice_line (invoice_id, month, user_id, model, requests, input_tokens, output_tokens,
         charged_nano_usd, granted_nano_usd)
       SELECT $1, * FROM unnest($2::date[], $3::uuid[], $4::text[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::int8[])`,
      [
        invoice.id,
        lines.map(({ month }) => month),
        lines.map(({ userId }) => userId),
        lines.map(({ model }) => model),
        lines.map(({ requests }) => requests),
        lines.map(({ inputTokens }) => inputTokens),
        lines.map(({ outputTokens }) => outputTokens),
        lines.map(({ charged }) => charged),
        lines.map(({ granted }) => granted),
      ],
    );
  }

  /** Takes invoices that Stripe does not have yet: others do not get them for as long as the claim lasts. */
  claimUnsent(): Promise<Invoice[]> {
    return this.database.query<Invoice>(
      `UPDATE invoice SET attempts = attempts + 1,
         due_at = now() + $2 * interval '1 millisecond' * least(power(2, attempts), 40)
       WHERE id IN (SELECT id FROM invoice WHERE state = 'unsent' AND due_at <= now()
                    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING ${columns}`,
      [invoiceBounds.sentAtOnce, invoiceBounds.attemptMs],
    );
  }

  async sent(id: string, stripeInvoiceId: string, hostedUrl: string | null): Promise<void> {
    await this.database.execute(
      `UPDATE invoice SET stripe_invoice_id = $2, hosted_url = $3,
         state = CASE state WHEN 'unsent' THEN 'open' ELSE state END
       WHERE id = $1`,
      [id, stripeInvoiceId, hostedUrl],
    );
  }

  /** In the transaction that books its payment. */
  async pay(tx: Tx, stripeInvoiceId: string): Promise<void> {
    await tx.execute(
      `UPDATE invoice SET state = 'paid' WHERE stripe_invoice_id = $1 AND state = 'open'`,
      [stripeInvoiceId],
    );
  }

  /** The newest first, from the month before `before` on. */
  list(accountId: string, before: string | null, limit: number): Promise<Invoice[]> {
    return this.database.query<Invoice>(
      `SELECT ${columns} FROM invoice
       WHERE account_id = $1 AND ($2::date IS NULL OR month < $2) ORDER BY month DESC LIMIT $3`,
      [accountId, before, limit],
    );
  }

  async find(accountId: string, id: string): Promise<Invoice | undefined> {
    const [invoice] = await this.database.query<Invoice>(
      `SELECT ${columns} FROM invoice WHERE account_id = $1 AND id = $2`,
      [accountId, id],
    );
    return invoice;
  }

  lines(id: string): Promise<InvoiceLine[]> {
    return this.database.query<InvoiceLine>(
      `SELECT month::text AS month, user_id AS "userId", model, requests, input_tokens AS "inputTokens",
              output_tokens AS "outputTokens", charged_nano_usd AS charged, granted_nano_usd AS granted
       FROM invoice_line WHERE invoice_id = $1 ORDER BY month, user_id, model`,
      [id],
    );
  }
}
