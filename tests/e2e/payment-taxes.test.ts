import { randomUUID } from 'node:crypto';
import { uuidOf } from '@modelbridge/contracts';
import { BillingMode, InvoiceState } from '@modelbridge/contracts/billing.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChargesService } from '../../apps/billing/src/charges/charges.service.js';
import { InvoicesService } from '../../apps/billing/src/invoices/invoices.service.js';
import { reconciliationBounds } from '../../apps/billing/src/reconciliation/bounds.js';
import { RunningBilling } from '../../apps/billing/src/testing/running-billing.js';
import { recorded } from '../../apps/billing/src/testing/samples.js';
import { PaymentStack, usd } from './payments/payment-stack.js';
import { Subscribers } from './payments/subscribers.js';

const cent = usd / 100n;
const { settlingMs } = reconciliationBounds;

let stack: PaymentStack;
let people: Subscribers;
/** Of another configuration, on the same books: what is paid on its pages is told to the first one. */
let inclusive: RunningBilling;
beforeAll(async () => {
  reconciliationBounds.settlingMs = -60_000;
  stack = await PaymentStack.start({ STRIPE_TAX: 'exclusive' });
  people = new Subscribers(stack);
  inclusive = await RunningBilling.start(stack.billing, { ...stack.env, STRIPE_TAX: 'inclusive' });
});
beforeEach(() => stack.billing.clock.set(new Date()));
afterAll(async () => {
  Object.assign(reconciliationBounds, { settlingMs });
  await inclusive.close();
  await stack.close();
});

/** Cents of one of the platform's ledgers. */
async function ledger(kind: string): Promise<bigint> {
  const [row] = await stack.billing.database.query<{ cents: bigint }>(
    `SELECT ((credits_nano_usd - debits_nano_usd) / 10000000)::int8 AS cents FROM ledger_account WHERE kind = $1`,
    [kind],
  );
  return row?.cents ?? 0n;
}

async function expectAgreement(): Promise<void> {
  const { checks } = await stack.client.checkInvariants({ full: true });
  expect(checks.flatMap(({ examples }) => examples)).toEqual([]);
  expect(await stack.client.checkPayments({})).toMatchObject({ differences: 0n, examples: [] });
}

async function amountOf(intentId: string): Promise<number> {
  return (await people.api<{ amount: number }>('GET', `payment_intents/${intentId}`)).amount;
}

describe('tax on what is paid in', () => {
  it('is paid on top, and is in no balance; it goes back with what goes back', async () => {
    const owner = await stack.account();
    const before = await ledger('tax_payable');
    const paymentIntentId = await stack.pay(owner, 25n);
    expect(await amountOf(paymentIntentId)).toBe(3_000);
    await eventually(async () => expect(await stack.balance(owner)).toBe(25n * usd));
    expect(await ledger('tax_payable')).toBe(before + 500n);
    const [receipt] = await stack.billing.database.query<{ tax: string }>(
      `SELECT facts->>'tax_nano_usd' AS tax FROM notice WHERE cause = $1`,
      [paymentIntentId],
    );
    expect(receipt).toEqual({ tax: (5n * usd).toString() });
    await stack.client.refundPayment({
      ...{ paymentIntentId, amountNanoUsd: 10n * usd, idempotencyKey: paymentIntentId },
    });
    expect(await stack.balance(owner)).toBe(25n * usd - 833n * cent);
    expect(await ledger('tax_payable')).toBe(before + 333n);
    await people.api('POST', 'refunds', { payment_intent: paymentIntentId, amount: '2000' });
    await eventually(async () => expect(await stack.balance(owner)).toBe(0n));
    expect(await ledger('tax_payable')).toBe(before);
    await expectAgreement();
  });

  it.each([
    ['won', 25n * usd, 500n],
    ['lost', 0n, 0n],
  ])('is gone with a dispute until that is %s', async (outcome, balance, tax) => {
    const owner = await stack.account();
    const before = await ledger('tax_payable');
    const intentId = await stack.pay(owner, 25n);
    await eventually(async () => expect(await stack.balance(owner)).toBe(25n * usd));
    const { id } = await stack.stripe('POST', `charges/${intentId}/dispute`, {});
    await eventually(async () => expect(await stack.balance(owner)).toBe(0n));
    expect(await ledger('tax_payable')).toBe(before);
    await stack.stripe('POST', `disputes/${id}/close`, { outcome });
    await eventually(async () => expect(await stack.standing(owner)).toEqual({ frozen: false }));
    expect(await stack.balance(owner)).toBe(balance);
    expect(await ledger('tax_payable')).toBe(before + tax);
    await expectAgreement();
  });

  it('comes back with a refund that fails', async () => {
    const owner = await stack.account();
    const before = await ledger('tax_payable');
    const intentId = await stack.pay(owner, 25n);
    await eventually(async () => expect(await stack.balance(owner)).toBe(25n * usd));
    const { id } = await people.api('POST', 'refunds', { payment_intent: intentId, amount: '7' });
    await eventually(async () => expect(await stack.balance(owner)).toBe(25n * usd - 6n * cent));
    await stack.stripe('POST', `refunds/${id}/fail`, {});
    await eventually(async () => expect(await stack.balance(owner)).toBe(25n * usd));
    expect(await ledger('tax_payable')).toBe(before + 500n);
    await expectAgreement();
  });

  it('is a part of what is paid, where amounts are with tax', async () => {
    const owner = await stack.account();
    const before = await ledger('tax_payable');
    const { sessionId } = await inclusive.client.createTopUp({
      accountId: owner.accountId,
      ...{ amountNanoUsd: 30n * usd, idempotencyKey: 'inclusive', saveCard: false },
    });
    const session = await stack.stripe<{ payment_intent: string }>(
      'POST',
      `checkout/${sessionId}/pay`,
      {},
    );
    expect(await amountOf(session.payment_intent)).toBe(3_000);
    await eventually(async () => expect(await stack.balance(owner)).toBe(25n * usd));
    expect(await ledger('tax_payable')).toBe(before + 500n);
    await expectAgreement();
  });

  it('cannot be known of a card that is charged by itself, which therefore is none', async () => {
    const { accountId } = await stack.account();
    const amounts = {
      belowNanoUsd: 5n * usd,
      amountNanoUsd: 10n * usd,
      dailyCapNanoUsd: 10n * usd,
    };
    expect(
      await stack.client
        .setAutoRecharge({ accountId, enabled: true, ...amounts })
        .catch(rpcErrorFrom),
    ).toMatchObject({ code: 'failed_precondition', field: 'enabled' });
  });
});

describe('tax on plans and invoices', () => {
  it('is on top of the price of each month, which alone is revenue', async () => {
    const who = await people.one();
    const [revenue, tax] = [await ledger('plan_revenue'), await ledger('tax_payable')];
    await people.subscribe(who);
    await eventually(async () => expect(await ledger('plan_revenue')).toBe(revenue + 2_000n));
    expect(await ledger('tax_payable')).toBe(tax + 400n);
    await eventually(async () => expect((await people.planOf(who))?.plan?.name).toBe('pro'));
    await people.endPeriod(who);
    await eventually(async () => expect(await ledger('plan_revenue')).toBe(revenue + 4_000n));
    expect(await ledger('tax_payable')).toBe(tax + 800n);
    expect(await stack.balance(who.owner)).toBe(0n);
    stack.billing.clock.set(new Date());
    const { checks } = await stack.client.checkInvariants({ full: true });
    expect(checks.flatMap(({ examples }) => examples)).toEqual([]);
  });

  it('is on top of what an invoice collects, which is paid once Stripe’s is', async () => {
    const owner = await stack.account();
    const { accountId } = owner;
    const mode = BillingMode.INVOICE;
    await stack.client.setBillingMode({ accountId, mode, creditLineNanoUsd: 100n * usd });
    // Where they live is known from a page.
    await stack.pay(owner, 5n, { saveCard: true });
    await eventually(async () => expect(await stack.balance(owner)).toBe(5n * usd));
    stack.billing.clock.set('2026-03-14T12:00:00Z');
    const requests = [recorded(owner, { costNanoUsd: (15n * usd + 1n).toString() })];
    await stack.billing.part(ChargesService).post([{ batchId: randomUUID(), requests }]);
    const tax = await ledger('tax_payable');
    stack.billing.clock.set('2026-04-03T00:00:00Z');
    await stack.billing.part(InvoicesService).run();
    const invoices = async () =>
      (await stack.client.listInvoices({ accountId, limit: 0, beforeMonth: '' })).invoices;
    const [open] = await invoices();
    expect(open).toMatchObject({ dueCents: 1_000n, state: InvoiceState.OPEN });
    const [row] = await stack.billing.database.query<{ id: string; customer: string }>(
      `SELECT stripe_invoice_id AS id, customer_id AS customer
       FROM invoice JOIN stripe_customer USING (account_id) WHERE account_id = $1`,
      [uuidOf('account', accountId)],
    );
    const card = await people.api('POST', 'payment_methods/pm_card_visa/attach', {
      customer: row?.customer ?? '',
    });
    const paid = await people.api<{ total: number }>('POST', `invoices/${row?.id}/pay`, {
      payment_method: card.id,
    });
    expect(paid.total).toBe(1_200);
    await eventually(async () => expect((await invoices())[0]?.state).toBe(InvoiceState.PAID));
    expect(await stack.balance(owner)).toBe(-1n);
    expect(await ledger('tax_payable')).toBe(tax + 200n);
  });
});
