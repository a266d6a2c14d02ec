import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import Stripe from 'stripe';
import { reconciliationBounds } from '../../apps/billing/src/reconciliation/bounds.js';
import { stripeEventBounds } from '../../apps/billing/src/stripe-events/bounds.js';
import { StripeEventsService } from '../../apps/billing/src/stripe-events/stripe-events.service.js';
import { Random } from '../../tools/soak/src/random.js';
import { eventsSince, sendSome } from './histories/deliveries.js';
import { PaymentHistory } from './histories/payment-history.js';
import { PlanLives } from './histories/plan-lives.js';
import { PaymentStack } from './payments/payment-stack.js';
import { BillingYear } from './year/billing-year.js';
import { happened } from './year/happened.js';
import { differencesOf } from './year/year-books.js';

/** `npm run histories` tries thousands. */
const histories = Number(process.env['PAYMENT_HISTORIES'] ?? 16);
const firstSeed = Number(process.env['PAYMENT_HISTORIES_SEED'] ?? 1);
const planHistories = Math.ceil(histories / 8);
const yearAccounts = Number(process.env['BILLING_YEAR_ACCOUNTS'] ?? 5);
const atOnce = 16;
const minuteMs = 60_000;
const minutesSince = (began: number): string => ((Date.now() - began) / minuteMs).toFixed(1);

let stack: PaymentStack;
let stripe: Stripe;
const { catchUpEveryMs } = stripeEventBounds;
beforeAll(async () => {
  // What is lost is read from the list when a test says so, however long it takes until then.
  stripeEventBounds.catchUpEveryMs = 7 * 24 * 60 * minuteMs;
  stack = await PaymentStack.start();
  const { hostname, port } = new URL(stack.sandbox.url);
  stripe = new Stripe(stack.env['STRIPE_SECRET_KEY'] ?? '', {
    ...{ protocol: 'http', host: hostname, port, telemetry: false },
  });
});
afterAll(async () => {
  Object.assign(stripeEventBounds, { catchUpEveryMs });
  await stack.close();
});

/** As many histories at once, whose events come mixed; `share` of them, before the list of them is read. */
async function lived(seed: number, count: number, share: number): Promise<PaymentHistory[]> {
  const random = new Random(seed);
  const [newest] = (await stripe.events.list({ limit: 1 })).data;
  const all: PaymentHistory[] = [];
  for (let index = 0; index < count; index += 1) {
    all.push(new PaymentHistory(stack, stripe, await stack.account(), random.fork()));
  }
  const steps = all.map(() => random.between(1, 4));
  for (const history of all) await history.pay();
  for (const round of [1, 2]) {
    await Promise.all(all.map((history, index) => history.go(steps[index] ?? 0)));
    // The second time those of the first come late, or again.
    const events = await eventsSince(stripe, newest?.id);
    const ids = events.map(({ id }) => id);
    await sendSome(stack, ids, random, share / round);
  }
  return all;
}

/** What is not booked as it is at Stripe. */
async function differences(all: PaymentHistory[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const history of all) {
    const [plain, booked] = [await history.plain(), await history.booked()];
    if (plain.net !== booked.net || plain.disputed !== booked.disputed) {
      found.push({ account: history.owner.accountId, plain, booked });
    }
  }
  return found;
}

/** What was lost is read from Stripe's list, and what has failed is tried again. */
const catchUp = () => stack.billing.part(StripeEventsService).catchUp();

describe('a year of accounts that pay in advance, for plans and on invoice', () => {
  const { settlingMs } = reconciliationBounds;
  let year: BillingYear;
  beforeAll(
    async () => {
      // The year lies in the future, where nothing of it is over at Stripe.
      reconciliationBounds.settlingMs = Date.now() - Date.parse('2031-02-01T00:00:00Z');
      year = new BillingYear(stack, new Random(firstSeed));
      const began = Date.now();
      await year.live(yearAccounts, (month) => {
        if (yearAccounts > 100) process.stderr.write(`${month} ${minutesSince(began)} minutes\n`);
      });
      const counts = JSON.stringify(await happened(stack.billing.database), (_, value: unknown) =>
        typeof value === 'bigint' ? Number(value) : value,
      );
      process.stderr.write(
        `a year of ${yearAccounts} accounts from seed ${firstSeed} in ${minutesSince(began)} minutes: ${counts}\n`,
      );
    },
    5 * minuteMs + yearAccounts * 20_000,
  );
  afterAll(() => {
    Object.assign(reconciliationBounds, { settlingMs });
    stack.billing.clock.set(new Date());
  });

  const invariants = async () => {
    const { checks } = await stack.client.checkInvariants({ full: true });
    const { examples } = await stack.client.checkPayments({});
    return [...checks.flatMap((check) => check.examples), ...examples];
  };

  it('has everything in it that a year may bring', async () => {
    const counts = Object.entries(await happened(stack.billing.database));
    expect(counts.filter(([, count]) => count === 0n)).toEqual([]);
  });

  it('has invoices that are what was used and charged, to the nano-dollar, and what Stripe has, to the cent', async () => {
    expect(await differencesOf(year)).toEqual([]);
    expect(await invariants()).toEqual([]);
  });

  it('would not, were one entry wrong: in the ledger, on an invoice, or at Stripe', async () => {
    const [account] = year.accounts;
    const { database } = stack.billing;
    const id = uuidOf('account', account!.who.owner.accountId);
    const plant = (kind: string, debit: string, credit: string) =>
      database.execute(
        `INSERT INTO ledger_transfer (id, kind, debit_account, credit_account, amount_nano_usd)
         SELECT gen_random_uuid(), '${kind}', ${debit}, ${credit}, 1 FROM billing_account WHERE id = $1`,
        [id],
      );
    await plant('credit', '1', 'customer_ledger');
    // It cannot be taken out again: nothing else looks at the invoices of this year afterwards.
    await database.execute(
      `INSERT INTO invoice_line SELECT id, month, $1, 'planted', 1, 1, 1, 1, 0 FROM invoice WHERE account_id = $1 LIMIT 1`,
      [id],
    );
    await stack.webhooks({ drop: true });
    const unheard = await stack.pay(account!.who.owner, 5n);
    const found = (await differencesOf(year)).join('\n');
    expect(found).toMatch(/ balance: /);
    expect(found).toMatch(/ sum of lines: /);
    expect(found).toMatch(/^cash: /m);
    expect(await invariants()).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`${unheard} not_booked`),
        expect.stringMatching(/^account .* limit says /),
      ]),
    );
    await plant('credit_reversal', 'customer_ledger', '1');
    await stack.billing.part(StripeEventsService).catchUp();
  });
});

describe('histories of payments, refunds, disputes and recharges', () => {
  // An event comes when a test sends it; else only Stripe's list tells of it.
  beforeAll(() => stack.webhooks({ drop: true }));

  it(
    'end as the plain ones do, whichever of their events come late, twice, in another order or not at all',
    async () => {
      const began = Date.now();
      for (let done = 0; done < histories; done += atOnce) {
        const seed = firstSeed + done;
        const all = await lived(seed, Math.min(atOnce, histories - done), 0.8);
        await catchUp();
        expect({ seed, differences: await differences(all) }).toEqual({ seed, differences: [] });
      }
      expect(await stack.billing.part(StripeEventsService).pending()).toEqual([]);
      const { checks } = await stack.client.checkInvariants({ full: true });
      expect(checks.filter(({ violations }) => violations > 0n)).toEqual([]);
      process.stderr.write(
        `${histories} histories from seed ${firstSeed} in ${minutesSince(began)} minutes\n`,
      );
    },
    2 * minuteMs + histories * 5_000,
  );

  it('would not, were what is lost not read from the list', async () => {
    const all = await lived(firstSeed + histories, 4, 0);
    expect(await differences(all)).toHaveLength(4);
    await catchUp();
    expect(await differences(all)).toEqual([]);
  });
});

describe('histories of plans that are bought, changed, not paid, refunded, disputed and ended', () => {
  const live = async (seed: number, count: number, share: number) => {
    const lives = new PlanLives(stack, stripe, new Random(seed), share);
    await lives.begin(count);
    return lives;
  };

  it(
    'end as those of which everything is heard at once and in order',
    async () => {
      const began = Date.now();
      for (let done = 0; done < planHistories; done += atOnce / 2) {
        const seed = firstSeed + done;
        const lives = await live(seed, Math.min(atOnce / 2, planHistories - done), 0.6);
        for (const steps of [3, 2]) {
          await lives.round(steps);
          await catchUp();
          expect({ seed, differences: await lives.differences() }).toEqual({
            ...{ seed, differences: [] },
          });
        }
      }
      expect(await stack.billing.part(StripeEventsService).pending()).toEqual([]);
      const { checks } = await stack.client.checkInvariants({ full: true });
      expect(checks.filter(({ violations }) => violations > 0n)).toEqual([]);
      process.stderr.write(
        `${planHistories} histories of plans from seed ${firstSeed} in ${minutesSince(began)} minutes\n`,
      );
    },
    2 * minuteMs + planHistories * 20_000,
  );

  it('would not, were what is lost not read from the list', async () => {
    const lives = await live(firstSeed + planHistories, 2, 0);
    await lives.round(0);
    expect(await lives.differences()).not.toEqual([]);
    await catchUp();
    expect(await lives.differences()).toEqual([]);
  });
});
