import { newId, uuidOf } from '@modelbridge/contracts';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { certificatePaths } from '@modelbridge/local-stack';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import { join } from 'node:path';
import type pg from 'pg';
import { command } from '../command.js';
import { connectDatabase } from '../database.js';
import { fixed, mebibytes, printTable, say, whole } from '../figures.js';
import type { Lifetime } from '../lifetime.js';
import { mostMemory, residentBytes } from '../processes.js';
import { connectServices, pidOf, startStack, type Stack } from '../stack.js';
import { toStripe } from './to-stripe.js';

const CALL_TIMEOUT_MS = 3_600_000;
const DAYS = 30;
const AMOUNT_CENTS = 2_000;

/** I7 takes minutes, and answers once. */
function patientBilling(lifetime: Lifetime, stack: Stack) {
  const { ca, certificate, key } = certificatePaths(join(stack.state, 'certificates'), 'ops-admin');
  const client = grpcClient(
    BillingServiceClient,
    stack.grpc['billing'] ?? '',
    { TLS_CA_FILE: ca, TLS_CERT_FILE: certificate, TLS_KEY_FILE: key },
    { timeoutMs: CALL_TIMEOUT_MS, reason: 'a benchmark' },
  );
  lifetime.onEnd(() => client.close());
  return client;
}

/** The same payments at Stripe and here, spread over a month that has ended. */
async function addPayments(
  stack: Stack,
  database: pg.Client,
  accountId: string,
  batch: string,
  count: number,
): Promise<void> {
  const to = Math.floor(Date.now() / 1_000) - 86_400;
  const from = to - DAYS * 86_400;
  const spec = { batch, count, from, to, amount: AMOUNT_CENTS };
  await toStripe(stack, 'POST', 'payments', spec);
  await database.query('SET synchronous_commit = off');
  const id = (kind: string) => `'${kind}_${batch}' || lpad(i::text, 9, '0')`;
  await database.query(
    `INSERT INTO stripe_payment (payment_intent_id, account_id, charge_id, currency, amount_cents, paid_at)
     SELECT ${id('pi')}, $1, ${id('ch')}, 'usd', ${AMOUNT_CENTS},
            to_timestamp(${from} + floor(${to - from}::numeric * i / ${count}))
     FROM generate_series(0, ${count - 1}) AS i`,
    [uuidOf('account', accountId)],
  );
  await database.query(
    `INSERT INTO payment (idempotency_key, request_hash, account_id, source, amount_nano_usd, answer, payment_intent_id)
     SELECT 'bench:' || payment_intent_id, '\\x00', account_id, 'payment', amount_cents * 10000000, '{}', payment_intent_id
     FROM stripe_payment WHERE payment_intent_id LIKE 'pi\\_${batch}%'`,
  );
  await database.query('VACUUM (ANALYZE) stripe_payment');
  await database.query('VACUUM (ANALYZE) payment');
}

export const reconciliation = command({
  summary: "the ledger compared with Stripe's movements, at few and at many: time and memory",
  options: {
    'base-transactions': { default: 100_000, help: 'movements of the smaller comparison' },
    transactions: { default: 1_000_000, help: 'movements of the larger one' },
  },
  async run({ 'base-transactions': base, transactions }, lifetime) {
    const stack = await startStack(lifetime);
    const services = connectServices(lifetime, stack);
    const billing = patientBilling(lifetime, stack);
    const database = await connectDatabase(lifetime, stack, 'billing');
    const pid = pidOf(stack, 'billing');
    const accountId = newId('account');
    await services.billing.createAccount({ accountId, ownerUserId: newId('user'), plan: '' });
    const rows: string[][] = [];
    let there = 0;
    for (const [index, count] of [base, transactions].entries()) {
      const batch = `Bench${String(index).padStart(10, '0')}`;
      await addPayments(stack, database, accountId, batch, count - there);
      there = count;
      say(`${whole(count)} payments are there`);
      const before = residentBytes(pid);
      const started = performance.now();
      const [found, most] = await mostMemory(pid, () => billing.checkPayments({}));
      const seconds = (performance.now() - started) / 1_000;
      if (found.differences > 0n) throw new Error(`differences: ${found.examples.join('; ')}`);
      rows.push([
        whole(count),
        whole(Number(found.checked)),
        fixed(seconds, 0),
        whole(count / seconds),
        mebibytes(before),
        mebibytes(most),
      ]);
    }
    printTable(
      'All payments compared with Stripe',
      ['movements', 'looked at', 's', 'movements/s', 'MiB before', 'MiB at most'],
      rows,
    );
  },
});
