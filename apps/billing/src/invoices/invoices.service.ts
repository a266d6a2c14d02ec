import { randomUUID } from 'node:crypto';
import { Database, isDatabaseUnavailable, type Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { Clock } from '../book/clock.js';
import { dayOf } from '../book/counter.js';
import { CustomersService } from '../customers/customers.service.js';
import { StripeInvoices } from '../stripe/stripe-invoices.service.js';
import { invoiceBounds } from './bounds.js';
import { amountDue, sumOf, type Invoice, type InvoiceLine } from './invoice.js';
import { InvoicesRepository } from './invoices.repository.js';

const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * Invoices each account for each UTC month in which it was charged, once. A line is a member and a model, and their sum
 * is what the ledger has charged; what comes late is on the next one. What a credit line has paid is sent to Stripe.
 */
@Injectable()
export class InvoicesService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly looks: KickedLoop;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: InvoicesRepository,
    private readonly customers: CustomersService,
    private readonly stripe: StripeInvoices,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.looks = new KickedLoop(
      () => this.look(),
      (error) => logger.warn({ err: error }, 'invoices were not looked for'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.looks.kick(), invoiceBounds.lookEveryMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Resolves when every account that is due was invoiced, and every invoice was sent that Stripe has taken. */
  run(): Promise<void> {
    return this.looks.kick();
  }

  /** Notes that Stripe's invoice is paid, in the transaction that books the payment; nothing for one that is not of ours. */
  pay(tx: Tx, stripeInvoiceId: string): Promise<void> {
    return this.repository.pay(tx, stripeInvoiceId);
  }

  /** The account's invoices, the newest first, from the month before `before` on (`''`: from the newest). */
  async list(accountId: string, before: string, limit: number): Promise<Invoice[]> {
    return this.repository.list(accountId, before || null, limit);
  }

  /** Throws `not_found` for one that is not the account's. */
  async find(accountId: string, id: string): Promise<{ invoice: Invoice; lines: InvoiceLine[] }> {
    const invoice = await this.repository.find(accountId, id);
    if (invoice === undefined) {
      throw new BillingError('not_found', 'there is no such invoice', 'invoice_id');
    }
    return { invoice, lines: await this.repository.lines(id) };
  }

  private async look(): Promise<void> {
    const month = monthBefore(new Date(this.clock.now().getTime() - invoiceBounds.lagMs));
    for (let after = nobody; ;) {
      const accounts = await this.repository.due(month, after);
      for (const accountId of accounts) {
        await this.trying(accountId, () => this.issue(accountId, month));
      }
      const last = accounts.at(-1);
      if (last === undefined || accounts.length < invoiceBounds.page) break;
      after = last;
    }
    await this.sendAll();
  }

  /** A few at a time, so that none is claimed for longer than it is being sent. What fails is due later. */
  private async sendAll(): Promise<void> {
    for (;;) {
      const claimed = await this.repository.claimUnsent();
      await Promise.all(
        claimed.map((invoice) => this.trying(invoice.accountId, () => this.send(invoice))),
      );
      if (claimed.length < invoiceBounds.sentAtOnce) return;
    }
  }

  /** An account that cannot be invoiced now holds up no other: it is tried again. */
  private async trying(accountId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      this.logger.error({ err: error, accountId }, 'an account could not be invoiced');
    }
  }

  private issue(accountId: string, month: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      // Under the account's lock nothing is charged meanwhile.
      const book = (await this.books.open(tx, [{ accountId }])).get(accountId);
      if (book === undefined || (await this.repository.has(tx, accountId, month))) return;
      const lines = await this.repository.take(tx, accountId, month);
      const since = await this.repository.since(tx, accountId, month);
      const { owed, dueCents: due } = amountDue({ balance: book.account.balance, ...since });
      const dueCents = (await this.repository.isErased(tx, accountId)) ? 0n : due;
      const invoice = {
        id: randomUUID(),
        number: await this.repository.nextNumber(tx, month),
        accountId,
        month,
        ...sumOf(lines),
        owed,
        dueCents,
        state: dueCents === 0n ? ('settled' as const) : ('unsent' as const),
      };
      await this.repository.add(tx, invoice, lines);
    });
  }

  private async send({ id, number, accountId, month, dueCents }: Invoice): Promise<void> {
    const customerId = await this.customers.customerOf(accountId);
    const { stripeInvoiceId, hostedUrl } = await this.stripe.collect({
      id,
      number,
      customerId,
      amountCents: Number(dueCents),
      description: `ModelBridge usage, ${month.slice(0, 7)} (${number})`,
      daysUntilDue: invoiceBounds.daysUntilDue,
    });
    await this.repository.sent(id, stripeInvoiceId, hostedUrl);
  }
}

/** First day of the last UTC month that has ended by then. */
function monthBefore(time: Date): string {
  return dayOf(new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() - 1, 1)));
}
