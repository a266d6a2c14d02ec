import { isId, newId, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { Injectable } from '@nestjs/common';
import { BalanceChanges } from '../accounts/balance-changes.service.js';
import { RecallService } from '../allowances/recall.service.js';
import type { AccountBook } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import { Closures } from '../closures/closures.service.js';
import { CustomersService } from '../customers/customers.service.js';
import { Notices } from '../notices/notices.service.js';
import type { PaymentFacts } from '../stripe/payment-facts.js';
import { accountlessTransfer, bookMove, changeOf, sourceOf } from './booking.js';
import {
  laterDisputeState,
  laterRefundState,
  movesFor,
  type Assignment,
  type Booked,
  type Move,
} from './moves.js';
import { paymentNotices } from './payment-notices.js';
import { bookPlanMove } from './plan-payment.js';
import { PaymentsRepository } from './payments.repository.js';
import { RefundRequestsRepository } from './refund-requests.repository.js';
import { bookTax, taxOfMove, type TaxedPayment } from './tax.js';
import { TaxesRepository } from './taxes.repository.js';

const newTransferId = (): string => uuidOf('transaction', newId('transaction'));

/** Brings the ledger to how payments stand at Stripe. */
@Injectable()
export class PaymentsService {
  private readonly unassignedTotal;

  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: PaymentsRepository,
    private readonly refundRequests: RefundRequestsRepository,
    private readonly taxes: TaxesRepository,
    private readonly changes: BalanceChanges,
    private readonly customers: CustomersService,
    private readonly recalls: RecallService,
    private readonly notices: Notices,
    private readonly closures: Closures,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.unassignedTotal = metrics.counter({
      name: 'modelbridge_payments_unassigned_total',
      help: 'Payments at Stripe that belong to no account here',
    });
  }

  /**
   * Books what is not booked yet of a payment that stands so at Stripe, in the transaction of the caller; the account
   * (its UUID) into which it is paid, null for one of nobody here and one for a plan. The same or older facts again
   * change nothing.
   */
  async settle(tx: Tx, facts: PaymentFacts): Promise<string | null> {
    await this.repository.lock(tx, facts.intentId);
    const booked = await this.repository.booked(tx, facts.intentId);
    const assignment = booked.payment ?? (await this.assign(tx, facts));
    const moves = movesFor(facts, await this.withoutTaken(tx, facts, booked));
    if (booked.payment === undefined) await this.repository.addPayment(tx, facts, assignment);
    const parts = await this.make(tx, facts.intentId, assignment, moves);
    await this.keepStates(tx, facts, booked, parts);
    const { accountId, subscriptionId } = assignment;
    if (accountId === null) return null;
    const isForPlan = subscriptionId !== null;
    for (const notice of paymentNotices(accountId, facts, booked, isForPlan)) {
      await this.notices.add(tx, notice);
    }
    return isForPlan ? null : accountId;
  }

  /** What is not booked yet of a payment that stands so at Stripe, in words: nothing where the ledger has it all. */
  pending(facts: PaymentFacts): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      const { payment, ...states } = await this.repository.booked(tx, facts.intentId);
      const steps = movesFor(facts, { payment, ...states }).map(
        ({ kind, objectId, amountCents }) => `${kind} ${objectId} of ${amountCents} cents`,
      );
      const amountCents = await this.repository.amountOf(tx, facts.intentId);
      if (amountCents !== undefined && amountCents !== facts.amountCents) {
        steps.push(`${amountCents} cents are booked, ${facts.amountCents} were paid`);
      }
      return steps;
    });
  }

  /** A refund that an operator asked for has been booked with the request. */
  private async withoutTaken(tx: Tx, facts: PaymentFacts, booked: Booked): Promise<Booked> {
    const refunds = new Map(booked.refunds);
    for (const { id, requestId } of facts.refunds) {
      if (refunds.has(id) || requestId === undefined) continue;
      if (await this.refundRequests.accept(tx, requestId, facts.intentId, id))
        refunds.set(id, 'taken');
    }
    return { ...booked, refunds };
  }

  private async assign(tx: Tx, facts: PaymentFacts): Promise<Assignment> {
    const none = (unassigned: Assignment['unassigned']): Assignment => {
      this.unassignedTotal.inc();
      this.logger.error(
        { paymentIntentId: facts.intentId, reason: unassigned },
        'a payment belongs to no account: find whose it is, or refund it',
      );
      return { accountId: null, unassigned, subscriptionId: null };
    };
    if (facts.currency !== 'usd') return none('other_currency');
    const { accountId, customerId, invoice } = facts;
    const customerOf =
      customerId === undefined ? undefined : await this.customers.accountOf(tx, customerId);
    // An invoice of ours is its customer's.
    if (accountId === undefined && invoice !== undefined && customerOf !== undefined) {
      if (await this.closures.isClosed(customerOf, tx)) return none('account_closed');
      const { subscriptionId = null } = invoice;
      return { accountId: customerOf, unassigned: null, subscriptionId };
    }
    if (accountId === undefined || !isId('account', accountId)) return none('no_account');
    const account = uuidOf('account', accountId);
    const books = await this.books.open(tx, [{ accountId: account }]);
    if (!books.has(account)) return none('no_account');
    if (await this.closures.isClosed(account, tx)) return none('account_closed');
    return customerOf === account
      ? { accountId: account, unassigned: null, subscriptionId: null }
      : none('other_customer');
  }

  /** The tax in what goes back by these moves, by refund and dispute. */
  private async make(
    tx: Tx,
    intentId: string,
    assignment: Assignment,
    moves: Move[],
  ): Promise<ReadonlyMap<string, number>> {
    if (moves.length === 0) return new Map();
    const taxed = await this.taxes.of(tx, intentId);
    await this.book(tx, intentId, assignment, moves, taxed);
    return taxed.parts;
  }

  private async book(
    tx: Tx,
    paymentIntentId: string,
    { accountId, unassigned, subscriptionId }: Assignment,
    moves: Move[],
    taxed: TaxedPayment,
  ): Promise<void> {
    if (accountId === null) {
      // The ledger counts US dollars.
      if (unassigned === 'other_currency') return;
      for (const move of moves) {
        const transfer = accountlessTransfer(move, newTransferId());
        if (transfer !== undefined) await this.repository.addTransfer(tx, transfer);
      }
      return;
    }
    const books = await this.books.open(tx, [{ accountId }]);
    const book = books.get(accountId) as AccountBook;
    const made: { move: Move; transferId: string }[] = [];
    const isForPlan = subscriptionId !== null;
    const make = isForPlan ? bookPlanMove : bookMove;
    for (const whole of moves) {
      const taxCents = taxOfMove(taxed, whole);
      bookTax(book, whole, taxCents, newTransferId);
      const move = { ...whole, amountCents: whole.amountCents - taxCents };
      // A cent that goes back may be tax alone.
      if (move.amountCents > 0) made.push({ move, transferId: make(book, move, newTransferId) });
    }
    await this.books.save(tx, books.values());
    for (const { move, transferId } of made) {
      const amount = changeOf(move);
      if (amount === 0n) continue;
      const idempotencyKey = `stripe:${move.objectId}:${move.kind}`;
      const source = sourceOf(move, isForPlan);
      const change = { accountId, amount, source, idempotencyKey, paymentIntentId, isForPlan };
      await this.changes.record(tx, book, change, transferId);
    }
    tx.afterCommit(() => this.recalls.moved(accountId));
  }

  private async keepStates(
    tx: Tx,
    facts: PaymentFacts,
    booked: Booked,
    parts: ReadonlyMap<string, number>,
  ): Promise<void> {
    for (const refund of facts.refunds) {
      const state = laterRefundState(booked.refunds.get(refund.id), refund.state);
      await this.repository.saveRefund(
        tx,
        facts.intentId,
        { ...refund, state },
        parts.get(refund.id) ?? 0,
      );
    }
    for (const dispute of facts.disputes) {
      const state = laterDisputeState(booked.disputes.get(dispute.id), dispute.state);
      await this.repository.saveDispute(
        tx,
        facts.intentId,
        { ...dispute, state },
        parts.get(dispute.id) ?? 0,
      );
    }
  }
}
