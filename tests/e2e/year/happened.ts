import type { Database } from '@modelbridge/service-kit/database';

/** How often a year has had each of what it is to prove something of. */
export async function happened(database: Database): Promise<Record<string, bigint>> {
  const counts = {
    accounts: 'SELECT FROM billing_account',
    charges: 'SELECT FROM charge',
    overruns: 'SELECT FROM charge WHERE overrun_nano_usd > 0',
    payments: 'SELECT FROM stripe_payment WHERE subscription_id IS NULL',
    planPayments: 'SELECT FROM stripe_payment WHERE subscription_id IS NOT NULL',
    planChanges: `SELECT FROM notice WHERE kind = 'plan_changed'`,
    declines: `SELECT FROM notice WHERE kind = 'payment_failed'`,
    recharges: `SELECT FROM recharge WHERE state = 'paid'`,
    rechargesDeclined: `SELECT FROM recharge WHERE state = 'declined'`,
    refunds: `SELECT FROM stripe_refund WHERE state = 'taken'`,
    refundsReturned: `SELECT FROM stripe_refund WHERE state = 'returned'`,
    disputesWon: `SELECT FROM stripe_dispute WHERE state = 'returned'`,
    disputesLost: `SELECT FROM stripe_dispute WHERE state = 'lost'`,
    expiries: `SELECT FROM ledger_transfer WHERE kind = 'credit_expiry'`,
    invoices: 'SELECT FROM invoice',
    invoicesPaid: `SELECT FROM invoice WHERE state = 'paid'`,
    lateLines: `SELECT FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id WHERE l.month <> i.month`,
    events: 'SELECT FROM stripe_event',
  };
  const columns = Object.entries(counts).map(
    ([name, query]) => `(SELECT count(*) FROM (${query}) ${name.toLowerCase()}) AS "${name}"`,
  );
  const [row] = await database.query<Record<string, bigint>>(`SELECT ${columns.join(', ')}`);
  return row ?? {};
}
