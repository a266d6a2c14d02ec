import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@modelbridge/contracts';
import { poll } from '@modelbridge/local-stack';
import { command } from '../command.js';
import { connectDatabase } from '../database.js';
import { fixed, printTable, quantile, say, whole } from '../figures.js';
import { cpuMicroseconds } from '../processes.js';
import { connectServices, pidOf, startStack, type Services, type Stack } from '../stack.js';
import { toStripe } from './to-stripe.js';

const TOP_UP_NANO_USD = 5_000_000_000n;
/** An account may have 20 open pages. */
const PAYMENTS_OF_ACCOUNT = 10;
const TIMEOUT_MS = 600_000;
const POLL_MS = 3;

async function openAccount({ billing }: Services): Promise<string> {
  const accountId = newId('account');
  await billing.createAccount({ accountId, ownerUserId: newId('user'), plan: '' });
  return accountId;
}

/** Opens a page of Stripe's and pays there. */
async function pay(stack: Stack, { billing }: Services, accountId: string): Promise<void> {
  const { sessionId } = await billing.createTopUp({
    accountId,
    amountNanoUsd: TOP_UP_NANO_USD,
    idempotencyKey: newId('transaction'),
    saveCard: false,
  });
  await toStripe(stack, 'POST', `checkout/${sessionId}/pay`, {});
}

async function onLanes(lanes: number, work: (() => Promise<void>)[]): Promise<void> {
  const lane = async (): Promise<void> => {
    for (let next = work.shift(); next !== undefined; next = work.shift()) await next();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Milliseconds from each payment until its account's balance shows it. */
async function latencies(
  stack: Stack,
  services: Services,
  payments: number,
  lanes: number,
): Promise<number[]> {
  const took: number[] = [];
  const one = async (): Promise<void> => {
    const accountId = await openAccount(services);
    await pay(stack, services, accountId);
    const paidAt = performance.now();
    const shows = async (): Promise<boolean> =>
      (await services.billing.getCredits({ accountId })).balanceNanoUsd > 0n;
    while (!(await shows())) await delay(POLL_MS);
    took.push(performance.now() - paidAt);
  };
  await onLanes(
    lanes,
    Array.from({ length: payments }, () => one),
  );
  return took;
}

export const webhooks = command({
  summary: "Stripe's webhooks: how many a second, and how soon a balance shows a payment",
  options: {
    payments: { default: 1_000, help: 'payments whose events come at once' },
    concurrency: { default: 32, help: 'events that Stripe sends at the same time' },
    watched: { default: 300, help: 'payments of which it is timed when the balance shows them' },
    payers: { default: 4, help: 'people who pay at the same time then' },
  },
  async run({ payments, concurrency, watched, payers }, lifetime) {
    const stack = await startStack(lifetime);
    const services = connectServices(lifetime, stack);
    const database = await connectDatabase(lifetime, stack, 'billing');
    await toStripe(stack, 'PUT', 'webhooks', { hold: true });
    const accounts: string[] = [];
    for (let n = 0; n < payments / PAYMENTS_OF_ACCOUNT; n += 1) {
      accounts.push(await openAccount(services));
    }
    const work = Array.from({ length: payments }, (_, n) => async () => {
      await pay(stack, services, accounts[n % accounts.length] ?? '');
    });
    await onLanes(16, work);
    say(`${whole(payments)} payments are made, and nothing is told of them`);

    const pid = pidOf(stack, 'billing');
    const cpuBefore = cpuMicroseconds(pid) ?? 0;
    const started = performance.now();
    await toStripe(stack, 'PUT', 'webhooks', { concurrency });
    const count = async (): Promise<number> => {
      const { rows } = await database.query<{ n: string }>(
        'SELECT count(*) AS n FROM stripe_payment',
      );
      return Number(rows[0]?.n);
    };
    const isBooked = await poll(async () => (await count()) >= payments, TIMEOUT_MS, 20);
    const bookedSeconds = (performance.now() - started) / 1_000;
    const waiting = async (): Promise<boolean> =>
      (await toStripe<{ waiting: number }>(stack, 'GET', 'webhooks/waiting')).waiting === 0;
    const isTaken = await poll(waiting, TIMEOUT_MS, 20);
    if (!isBooked || !isTaken) throw new Error('not everything that Stripe told had its effect');
    const seconds = (performance.now() - started) / 1_000;
    const cpu = (cpuMicroseconds(pid) ?? 0) - cpuBefore;
    const { rows } = await database.query<{ state: string; n: string }>(
      'SELECT state, count(*) AS n FROM stripe_event GROUP BY 1 ORDER BY 1',
    );
    const events = rows.reduce((sum, { n }) => sum + Number(n), 0);
    const took = await latencies(stack, services, watched, payers);
    printTable(
      `Webhooks, ${concurrency} at a time`,
      ['events', ...rows.map(({ state }) => state), 'events/s', 'payments/s', 'CPU ms/event'],
      [
        [
          whole(events),
          ...rows.map(({ n }) => whole(Number(n))),
          whole(events / seconds),
          whole(payments / bookedSeconds),
          fixed(cpu / events / 1_000, 2),
        ],
      ],
    );
    printTable(
      `From a payment until the balance shows it, ${payers} people at a time`,
      ['payments', 'p50 ms', 'p99 ms', 'most ms'],
      [[whole(took.length), ...[0.5, 0.99, 1].map((share) => fixed(quantile(took, share), 0))]],
    );
  },
});
