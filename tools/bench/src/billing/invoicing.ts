import { newId, uuidOf } from '@modelbridge/contracts';
import { BillingMode } from '@modelbridge/contracts/billing.v1';
import { poll } from '@modelbridge/local-stack';
import type pg from 'pg';
import { command } from '../command.js';
import { connectDatabase } from '../database.js';
import { fixed, mebibytes, printTable, say, whole } from '../figures.js';
import { cpuMicroseconds, mostMemory, residentBytes } from '../processes.js';
import { connectServices, pidOf, startStack, type Services } from '../stack.js';

const OPENED_AT_ONCE = 16;
const CREDIT_LINE_NANO_USD = 1_000_000_000_000n;
/** billing looks for what is to be invoiced every minute. */
const TIMEOUT_MS = 1_800_000;
const MEMBERS = 3;
const MODELS = 5;

/** First day of the last month. */
function lastMonth(now: Date): string {
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  return first.toISOString().slice(0, 10);
}

async function openAccounts({ billing }: Services, count: number): Promise<string[]> {
  const accounts: string[] = [];
  const lane = async (): Promise<void> => {
    while (accounts.length < count) {
      const accountId = newId('account');
      accounts.push(accountId);
      await billing.createAccount({ accountId, ownerUserId: newId('user'), plan: '' });
      const mode = BillingMode.INVOICE;
      const creditLineNanoUsd = CREDIT_LINE_NANO_USD;
      await billing.setBillingMode({ accountId, mode, creditLineNanoUsd });
    }
  };
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, lane));
  return accounts;
}

/**
 * What so many requests of the last month leave behind: their charges in the ledger, as one transfer of each account, and
 * their sums by member and model, of which invoices are made.
 */
async function use(
  database: pg.Client,
  accounts: string[],
  requests: number,
  month: string,
): Promise<void> {
  const ids = accounts.map((account) => uuidOf('account', account));
  const lines = MEMBERS * MODELS;
  const each = Math.floor(requests / lines);
  const cost = 1_234_567;
  await database.query('BEGIN');
  await database.query(
    `INSERT INTO monthly_usage (account_id, month, user_id, model, requests, input_tokens, output_tokens, charged_nano_usd, granted_nano_usd)
     SELECT a.id, $2, ('00000000-0000-7000-8000-00000000000' || m)::uuid, 'model-' || n, $3::int8, $3::int8 * 1000, $3::int8 * 200, $3::int8 * $4::int8, 0
     FROM unnest($1::uuid[]) AS a (id), generate_series(1, ${MEMBERS}) m, generate_series(1, ${MODELS}) n`,
    [ids, month, each, cost],
  );
  await database.query(
    `INSERT INTO ledger_transfer (id, kind, debit_account, credit_account, amount_nano_usd)
     SELECT gen_random_uuid(), 'charge', customer_ledger, 2, $2::int8 FROM billing_account WHERE id = ANY($1::uuid[])`,
    [ids, each * lines * cost],
  );
  await database.query(
    `UPDATE spend_counter SET used_nano_usd = $2::int8 WHERE account_id = ANY($1::uuid[]) AND scope = 'account' AND period = 'total'`,
    [ids, each * lines * cost],
  );
  await database.query('COMMIT');
}

export const invoicing = command({
  summary: 'invoices of many accounts for a month, and Stripe told of each: time and memory',
  options: {
    accounts: { default: 1_000, help: 'accounts with a credit line' },
    requests: { default: 10_000, help: 'requests of each in the month' },
  },
  async run({ accounts: count, requests }, lifetime) {
    const stack = await startStack(lifetime);
    const services = connectServices(lifetime, stack);
    const database = await connectDatabase(lifetime, stack, 'billing');
    const pid = pidOf(stack, 'billing');
    const accounts = await openAccounts(services, count);
    await use(database, accounts, requests, lastMonth(new Date()));
    say(`${whole(accounts.length)} accounts have used something`);
    const before = residentBytes(pid);
    const invoices = async (where: string): Promise<number> => {
      const { rows } = await database.query<{ n: string }>(
        `SELECT count(*) AS n FROM invoice WHERE ${where}`,
      );
      return Number(rows[0]?.n);
    };
    // Timed from the first invoice on: until then billing waits for its next look.
    await poll(async () => (await invoices('true')) > 0, TIMEOUT_MS, 10);
    const cpuBefore = cpuMicroseconds(pid) ?? 0;
    const started = performance.now();
    const secondsUntil = async (done: () => Promise<boolean>): Promise<number> => {
      if (!(await poll(done, TIMEOUT_MS, 50))) throw new Error('billing made no end of it');
      return (performance.now() - started) / 1_000;
    };
    const [[made, sent], most] = await mostMemory(pid, async () => [
      await secondsUntil(async () => (await invoices('true')) >= accounts.length),
      await secondsUntil(async () => (await invoices(`state = 'open'`)) >= accounts.length),
    ]);
    printTable(
      `Invoices of ${whole(accounts.length)} accounts with ${whole(requests)} requests each`,
      ['invoices', 'made in s', 'at Stripe after s', 'CPU ms each', 'MiB before', 'MiB at most'],
      [
        [
          whole(accounts.length),
          fixed(made, 1),
          fixed(sent, 1),
          fixed(((cpuMicroseconds(pid) ?? 0) - cpuBefore) / accounts.length / 1_000, 1),
          mebibytes(before),
          mebibytes(most),
        ],
      ],
    );
  },
});
