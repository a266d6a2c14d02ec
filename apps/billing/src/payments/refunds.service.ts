import { randomUUID } from 'node:crypto';
import { formatUsd, newId, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BalanceChanges } from '../accounts/balance-changes.service.js';
import type { AccountBook } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { freePaid } from '../book/free-paid.js';
import { centsOf, nanoUsdOf } from '../stripe/cents.js';
import { StripeRefusal } from '../stripe/client.js';
import { StripeCharges } from '../stripe/stripe-charges.service.js';
import { StripeService } from '../stripe/stripe.service.js';
import { accountlessTransfer, bookMove, changeOf, sourceOf } from './booking.js';
import { paymentBounds } from './bounds.js';
import type { Move } from './moves.js';
import { bookPlanMove } from './plan-payment.js';
import { PaymentsRepository } from './payments.repository.js';
import { PaymentsService } from './payments.service.js';
import type { RefundRequest } from './refund-request.js';
import { RefundRequestsRepository } from './refund-requests.repository.js';
import { bookTax, taxOfPart } from './tax.js';
import { TaxesRepository } from './taxes.repository.js';

export interface RefundOrder {
  paymentIntentId: string;
  /** Nano-USD; undefined for all that can be given back. */
  amountNanoUsd?: bigint;
  idempotencyKey: string;
}

const newTransferId = (): string => uuidOf('transaction', newId('transaction'));

/**
 * Gives payments back. The money is taken from the balance before Stripe is asked, so that nobody spends it meanwhile;
 * what Stripe does not answer is asked again until it has, and what it refuses goes back to the balance.
 */
@Injectable()
export class RefundsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeps: KickedLoop;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly payments: PaymentsService,
    private readonly paymentsRepository: PaymentsRepository,
    private readonly repository: RefundRequestsRepository,
    private readonly taxes: TaxesRepository,
    private readonly changes: BalanceChanges,
    private readonly charges: StripeCharges,
    private readonly stripe: StripeService,
    private readonly logger: Logger,
  ) {
    this.sweeps = new KickedLoop(
      () => this.sweep(),
      (error) => logger.warn({ err: error }, 'refunds could not be asked for again'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweeps.kick(), paymentBounds.sweepEveryMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Once for each idempotency key; how the request stands. */
  async refund(order: RefundOrder): Promise<RefundRequest> {
    const request = await this.database.transaction((tx) => this.take(tx, order));
    if (request.state !== 'asked') return request;
    try {
      await this.ask(request);
    } catch (error) {
      this.logger.warn(
        { err: error, refundRequest: request.id },
        'Stripe has not answered for a refund: it is asked again',
      );
    }
    return (await this.repository.find(request.id)) ?? request;
  }

  private async sweep(): Promise<void> {
    const due = await this.repository.claimDue(paymentBounds.sweepBatch, paymentBounds.attemptMs);
    for (const request of due) await this.ask(request);
  }

  private async take(tx: Tx, order: RefundOrder): Promise<RefundRequest> {
    const { paymentIntentId, idempotencyKey } = order;
    await this.paymentsRepository.lock(tx, paymentIntentId);
    const earlier = await this.repository.byKey(tx, idempotencyKey);
    if (earlier !== undefined) return sameOrder(earlier, order);
    const refundable = await this.repository.refundable(tx, paymentIntentId);
    if (refundable === undefined) {
      throw new BillingError('not_found', 'there is no such payment', 'payment_intent_id');
    }
    const amountCents = refundableCents(order.amountNanoUsd, refundable.cents);
    const { accountId, subscriptionId } = refundable;
    const id = randomUUID();
    const taxCents = taxOfPart(await this.taxes.of(tx, paymentIntentId), amountCents);
    const request = { id, paymentIntentId, amountCents, taxCents, accountId, subscriptionId };
    const move: Move = { kind: 'refund', objectId: id, amountCents };
    if (accountId !== null) await this.bookFor(tx, accountId, move, request);
    else await this.bookAccountless(tx, move, refundable.unassigned);
    await this.repository.add(tx, { ...request, idempotencyKey }, paymentBounds.attemptMs);
    return { ...request, state: 'asked', refusal: null };
  }

  private async bookFor(
    tx: Tx,
    accountId: string,
    whole: Move,
    request: Pick<RefundRequest, 'paymentIntentId' | 'subscriptionId' | 'taxCents'>,
  ): Promise<void> {
    const { paymentIntentId, subscriptionId, taxCents } = request;
    const move = { ...whole, amountCents: whole.amountCents - taxCents };
    const books = await this.books.open(tx, [{ accountId }]);
    const book = books.get(accountId) as AccountBook;
    const isForPlan = subscriptionId !== null;
    if (move.kind === 'refund' && !isForPlan) requireFree(book, nanoUsdOf(move.amountCents));
    bookTax(book, whole, taxCents, newTransferId);
    const make = isForPlan ? bookPlanMove : bookMove;
    // A cent that goes back may be tax alone.
    const transferId = move.amountCents > 0 ? make(book, move, newTransferId) : undefined;
    await this.books.save(tx, books.values());
    if (transferId === undefined) return;
    const idempotencyKey = `refund_request:${move.objectId}:${move.kind}`;
    const [amount, source] = [changeOf(move), sourceOf(move, isForPlan)];
    const change = { accountId, amount, source, idempotencyKey, paymentIntentId, isForPlan };
    await this.changes.record(tx, book, change, transferId);
  }

  private async bookAccountless(tx: Tx, move: Move, reason: string | null): Promise<void> {
    // The ledger counts US dollars.
    if (reason === 'other_currency') return;
    const transfer = accountlessTransfer(move, newTransferId());
    if (transfer !== undefined) await this.paymentsRepository.addTransfer(tx, transfer);
  }

  /** Whatever became of an earlier attempt: what Stripe has made of it already is not made again. */
  private async ask(request: RefundRequest): Promise<void> {
    const { id, paymentIntentId: intentId, amountCents } = request;
    await this.settle(intentId);
    if ((await this.repository.find(id))?.state !== 'asked') return;
    try {
      await this.charges.refund({ id, intentId, amountCents });
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      await this.giveBack(request, error.code);
      return;
    }
    await this.settle(intentId);
  }

  private async settle(intentId: string): Promise<void> {
    const facts = await this.stripe.payment(intentId);
    if (facts !== undefined) {
      await this.database.transaction((tx) => this.payments.settle(tx, facts));
    }
  }

  private async giveBack(request: RefundRequest, refusal: string): Promise<void> {
    const { id, paymentIntentId, accountId, amountCents } = request;
    const move: Move = { kind: 'refund_returned', objectId: id, amountCents };
    await this.database.transaction(async (tx) => {
      await this.paymentsRepository.lock(tx, paymentIntentId);
      if (!(await this.repository.refuse(tx, id, refusal))) return;
      if (accountId !== null) await this.bookFor(tx, accountId, move, request);
      else {
        const refundable = await this.repository.refundable(tx, paymentIntentId);
        await this.bookAccountless(tx, move, refundable?.unassigned ?? null);
      }
    });
  }
}

function sameOrder(earlier: RefundRequest, order: RefundOrder): RefundRequest {
  const { paymentIntentId, amountNanoUsd } = order;
  const isSame =
    earlier.paymentIntentId === paymentIntentId &&
    (amountNanoUsd === undefined || amountNanoUsd === nanoUsdOf(earlier.amountCents));
  if (isSame) return earlier;
  throw new BillingError(
    'already_exists',
    'this idempotency key was used for another refund',
    'idempotency_key',
  );
}

function refundableCents(amountNanoUsd: bigint | undefined, refundable: number): number {
  if (refundable <= 0) {
    throw new BillingError(
      'failed_precondition',
      'nothing of this payment is left to give back',
      'payment_intent_id',
    );
  }
  const cents = amountNanoUsd === undefined ? refundable : centsOf(amountNanoUsd);
  if (cents === undefined) {
    throw new BillingError(
      'invalid_argument',
      'amount_nano_usd must be a whole number of cents: a multiple of 10000000 nano-USD',
      'amount_nano_usd',
    );
  }
  if (cents <= refundable) return cents;
  throw new BillingError(
    'failed_precondition',
    `amount_nano_usd is more than is left of this payment: ${formatUsd(nanoUsdOf(refundable))} USD`,
    'amount_nano_usd',
  );
}

/** What is spent or held cannot be given back: that would make a debt of a favour. */
function requireFree(book: AccountBook, amount: bigint): void {
  const free = freePaid(book);
  if (amount <= free) return;
  throw new BillingError(
    'failed_precondition',
    `amount_nano_usd is more than is free of the balance: ${formatUsd(free)} USD`,
    'amount_nano_usd',
  );
}
