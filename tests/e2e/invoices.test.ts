import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import { BillingMode, InvoiceState, type Invoice } from '@modelbridge/contracts/billing.v1';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import Stripe from 'stripe';
import { ChargesService } from '../../apps/billing/src/charges/charges.service.js';
import { InvoicesService } from '../../apps/billing/src/invoices/invoices.service.js';
import { recorded, type Owner } from '../../apps/billing/src/testing/samples.js';
import { eventually } from '@modelbridge/testing-kit';
import { RunningBilling } from '../../apps/billing/src/testing/running-billing.js';
import { PaymentStack, usd } from './payments/payment-stack.js';

let stack: PaymentStack;
let replica: RunningBilling;
beforeAll(async () => {
  stack = await PaymentStack.start();
  replica = await RunningBilling.start(stack.billing, stack.env);
});
afterAll(async () => {
  await replica.close();
  await stack.close();
});
beforeEach(() => at('2026-03-14T12:00:00Z'));

function at(time: string): void {
  for (const { clock } of [stack.billing, replica]) clock.set(time);
}

/** Posts a charge as usage-ledger announces it. */
function charge(owner: Owner, nanoUsd: bigint, values: Partial<RecordedRequest> = {}) {
  const request = recorded(owner, { costNanoUsd: nanoUsd.toString(), ...values });
  return stack.billing.part(ChargesService).post([{ batchId: randomUUID(), requests: [request] }]);
}

async function onInvoice(creditLine = 1_000n * usd): Promise<Owner> {
  const owner = await stack.account();
  await stack.client.setBillingMode({
    accountId: owner.accountId,
    mode: BillingMode.INVOICE,
    creditLineNanoUsd: creditLine,
  });
  return owner;
}

/** Every replica looks for what is to be invoiced, and sends it. */
const run = () =>
  Promise.all([stack.billing, replica].map((one) => one.part(InvoicesService).run()));

async function invoicesOf({ accountId }: Owner): Promise<Invoice[]> {
  return (await stack.client.listInvoices({ accountId, limit: 0, beforeMonth: '' })).invoices;
}

async function linesOf({ accountId }: Owner, { invoiceId }: Invoice) {
  return (await stack.client.getInvoice({ accountId, invoiceId })).lines;
}

describe('an invoice', () => {
  it('has a line for each member and model, and their sum is what the ledger has charged', async () => {
    const owner = await stack.account(100n * usd);
    const member = { ...owner, userId: newId('user') };
    await charge(owner, 3n, { model: 'glm-5' });
    await charge(owner, 4n, { model: 'glm-5', cacheReadTokens: 5 });
    await charge(owner, 1_000_000_001n, { model: 'gpt-5.4' });
    await charge(member, 70n, { model: 'gpt-5.4', startedAt: '2026-03-31T23:59:59.999Z' });
    await charge(owner, 9n, { startedAt: '2026-04-01T00:00:00Z' });
    await run();
    expect(await invoicesOf(owner)).toEqual([]);
    at('2026-04-01T05:59:59Z');
    await run();
    expect(await invoicesOf(owner)).toEqual([]);
    at('2026-04-01T06:00:00Z');
    await Promise.all([run(), run()]);
    const [invoice, ...others] = await invoicesOf(owner);
    expect(others).toEqual([]);
    expect(invoice).toMatchObject({
      number: expect.stringMatching(/^MB-202603-\d{6}$/),
      month: '2026-03-01',
      chargedNanoUsd: 1_000_000_078n,
      owedNanoUsd: 0n,
      dueCents: 0n,
      state: InvoiceState.SETTLED,
    });
    const lines = await linesOf(owner, invoice!);
    expect(lines).toHaveLength(3);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          userId: owner.userId,
          model: 'glm-5',
          requests: 2n,
          inputTokens: 25n,
          outputTokens: 20n,
          chargedNanoUsd: 7n,
        }),
        expect.objectContaining({ userId: member.userId, chargedNanoUsd: 70n }),
      ]),
    );
  });

  it('collects what a credit line has paid in whole cents, and carries the rest', async () => {
    const owner = await onInvoice();
    await charge(owner, 12_345_678_901n);
    await charge(owner, 100n * usd, { startedAt: '2026-04-02T00:00:00Z' });
    at('2026-04-03T00:00:00Z');
    await run();
    const [march] = await invoicesOf(owner);
    expect(march).toMatchObject({ owedNanoUsd: 12_345_678_901n, dueCents: 1_234n });
    at('2026-05-03T00:00:00Z');
    await run();
    const [april] = await invoicesOf(owner);
    // Of April 100 USD, and of March what is less than a cent.
    expect(april).toMatchObject({
      chargedNanoUsd: 100n * usd,
      owedNanoUsd: 100_005_678_901n,
      dueCents: 10_000n,
    });
  });

  it('collects nothing that is too little for Stripe, which the next one does', async () => {
    const owner = await onInvoice();
    await charge(owner, usd / 4n);
    at('2026-04-03T00:00:00Z');
    await run();
    expect((await invoicesOf(owner))[0]).toMatchObject({ dueCents: 0n, owedNanoUsd: usd / 4n });
    await charge(owner, usd / 2n, { startedAt: '2026-04-02T00:00:00Z' });
    at('2026-05-03T00:00:00Z');
    await run();
    expect((await invoicesOf(owner))[0]).toMatchObject({ dueCents: 75n });
  });

  it('takes paid-in money and granted credit before it collects anything', async () => {
    const owner = await onInvoice();
    await stack.client.creditAccount({
      accountId: owner.accountId,
      amountNanoUsd: 5n * usd,
      idempotencyKey: newId('transaction'),
      source: 'operator',
    });
    await charge(owner, 12n * usd);
    at('2026-04-03T00:00:00Z');
    await run();
    expect((await invoicesOf(owner))[0]).toMatchObject({ dueCents: 700n });
  });

  it('of the next month has the charges that came late', async () => {
    const owner = await stack.account(100n * usd);
    await charge(owner, 5n);
    at('2026-04-03T00:00:00Z');
    await run();
    await charge(owner, 7n);
    await charge(owner, 11n, { startedAt: '2026-04-02T00:00:00Z' });
    await run();
    expect(await invoicesOf(owner)).toHaveLength(1);
    at('2026-05-03T00:00:00Z');
    await run();
    const [april, march] = await invoicesOf(owner);
    expect([march?.chargedNanoUsd, april?.chargedNanoUsd]).toEqual([5n, 18n]);
    const lines = await linesOf(owner, april!);
    expect(lines.map(({ month, chargedNanoUsd }) => [month, chargedNanoUsd])).toEqual([
      ['2026-03-01', 7n],
      ['2026-04-01', 11n],
    ]);
  });

  it('is a PDF too', async () => {
    const owner = await stack.account(100n * usd);
    for (let n = 0; n < 120; n += 1) await charge(owner, 5n, { model: `model-${n}` });
    at('2026-04-03T00:00:00Z');
    await run();
    const [invoice] = await invoicesOf(owner);
    const { invoiceId = '' } = invoice ?? {};
    const { pdf } = await stack.client.getInvoicePdf({ accountId: owner.accountId, invoiceId });
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(
      Buffer.from(pdf)
        .toString('latin1')
        .match(/\/Type \/Page\b/g),
    ).toHaveLength(3);
  });

  it("of somebody else's account is not there", async () => {
    const [one, other] = [await stack.account(usd), await stack.account(usd)];
    await charge(one, 5n);
    at('2026-04-03T00:00:00Z');
    await run();
    const [invoice] = await invoicesOf(one);
    const request = { accountId: other.accountId, invoiceId: invoice?.invoiceId ?? '' };
    for (const call of [stack.client.getInvoice, stack.client.getInvoicePdf]) {
      expect(await call(request).catch(rpcErrorFrom)).toMatchObject({
        code: 'not_found',
        field: 'invoice_id',
      });
    }
  });

  it('keeps every line of every month equal to what was charged in it', async () => {
    const { checks } = await stack.client.checkInvariants({ full: true });
    expect(checks.filter(({ violations }) => violations > 0n)).toEqual([]);
    const owner = await stack.account(usd);
    await charge(owner, 5n);
    const spoil = (by: number) =>
      stack.billing.database.execute(
        'UPDATE monthly_usage SET charged_nano_usd = charged_nano_usd + $1 WHERE account_id = $2',
        [by, uuidOf('account', owner.accountId)],
      );
    await spoil(1);
    const spoilt = await stack.client.checkInvariants({ full: true });
    expect(spoilt.checks.find(({ invariant }) => invariant === 'I2')?.examples[0]).toMatch(
      /used 5, its lines have 6/,
    );
    await spoil(-1);
  });
});
/** What somebody does on Stripe's page of an invoice. */
async function payAsHolder(stripeInvoiceId: string): Promise<void> {
  const { hostname, port } = new URL(stack.sandbox.url);
  const secret = stack.sandbox.config.SANDBOX_STRIPE_SECRET_KEY;
  const stripe = new Stripe(secret, { host: hostname, port, protocol: 'http', telemetry: false });
  const { customer } = await stripe.invoices.retrieve(stripeInvoiceId);
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer as string });
  await stripe.invoices.pay(stripeInvoiceId, { payment_method: card.id });
}

describe('an invoice that Stripe collects', () => {
  it('is paid once, whatever answers are lost, and its payment fills the balance', async () => {
    const owner = await onInvoice();
    await charge(owner, 12_345_678_901n);
    at('2026-04-03T00:00:00Z');
    await stack.stripe('PUT', 'api', { loseAnswers: 5 });
    await run();
    await stack.stripe('PUT', 'api', {});
    const open = await eventually(async () => {
      await stack.billing.database.execute('UPDATE invoice SET due_at = now()');
      await run();
      const [invoice] = await invoicesOf(owner);
      expect(invoice?.state).toBe(InvoiceState.OPEN);
      return invoice!;
    });
    expect(open.hostedUrl).toMatch(/^http/);
    const [row] = await stack.billing.database.query<{ id: string }>(
      'SELECT stripe_invoice_id AS id FROM invoice WHERE hosted_url = $1',
      [open.hostedUrl],
    );
    await payAsHolder(row?.id ?? '');
    await eventually(async () =>
      expect((await invoicesOf(owner))[0]?.state).toBe(InvoiceState.PAID),
    );
    expect(await stack.balance(owner)).toBe(12_340_000_000n - 12_345_678_901n);
    expect(await stack.history(owner)).toMatchObject([
      { kind: 'payment', amountNanoUsd: 12_340_000_000n },
    ]);
  });
});
