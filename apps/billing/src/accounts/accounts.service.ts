import { createHash, randomUUID } from 'node:crypto';
import { idFromUuid, newId, uuidOf } from '@modelbridge/contracts';
import { billingAccountOpened } from '@modelbridge/contracts/events';
import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { AccountPlansService } from '../account-plans/account-plans.service.js';
import { RecallService } from '../allowances/recall.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { Account, AccountBook } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { AccountsRepository, type Credits } from './accounts.repository.js';
import { credit, reverse } from './payment.js';

export interface NewAccount {
  id: string;
  ownerUserId: string;
  /** Empty: none. */
  plan: string;
}

export interface PaymentRequest {
  accountId: string;
  /** Nano-USD, greater than 0. */
  amount: bigint;
  idempotencyKey: string;
  /** Where it came from (operator, stripe), or why it went back (refund, dispute). */
  source: string;
}

export interface PaymentAnswer {
  transactionId: string;
  balance: bigint;
  receivable: bigint;
}

const newTransferId = (): string => uuidOf('transaction', newId('transaction'));

/** Billing accounts and the money paid into them. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: AccountsRepository,
    private readonly plans: AccountPlansService,
    private readonly recalls: RecallService,
    private readonly outbox: Outbox,
    private readonly audit: AuditService,
  ) {}

  create(account: NewAccount): Promise<Account> {
    return this.database.transaction(async (tx) => {
      const opened = await this.open(tx, account);
      // The plan may have changed since.
      if (opened.ownerUserId !== account.ownerUserId) {
        throw new BillingError(
          'already_exists',
          'the account exists with other values',
          'account_id',
        );
      }
      return opened;
    });
  }

  /**
   * Opens the account of a new person, where it is not there yet, and says so: every time, under an id of its own,
   * because an earlier announcement may have been lost.
   */
  openAndAnnounce(account: NewAccount): Promise<void> {
    return this.database.transaction(async (tx) => {
      await this.open(tx, account);
      const accountId = idFromUuid('account', account.id);
      await this.outbox.add(tx, billingAccountOpened, { accountId }, { id: randomUUID() });
    });
  }

  async credits(accountId: string): Promise<Credits> {
    const credits = await this.repository.credits(accountId);
    if (credits === undefined) throw unknownAccount();
    return credits;
  }

  /** Adds paid-in money, once for each idempotency key. */
  credit(request: PaymentRequest): Promise<PaymentAnswer> {
    return this.pay(request, request.amount, (book) => credit(book, request.amount, newTransferId));
  }

  /** Takes paid-in money back, once for each idempotency key. */
  reverse(request: PaymentRequest): Promise<PaymentAnswer> {
    return this.pay(request, -request.amount, (book) =>
      reverse(book, request.amount, newTransferId),
    );
  }

  private async open(tx: Tx, { id, ownerUserId, plan: name }: NewAccount): Promise<Account> {
    const plan = await this.plans.named(name);
    const isNew = await this.repository.create(tx, { id, ownerUserId, plan });
    const book = (await this.books.open(tx, [{ accountId: id }])).get(id);
    if (book === undefined) throw new Error('the account is gone');
    if (isNew) {
      await this.plans.open(tx, book);
      await this.books.save(tx, [book]);
    }
    return book.account;
  }

  private async pay(
    request: PaymentRequest,
    amount: bigint,
    move: (book: AccountBook) => string,
  ): Promise<PaymentAnswer> {
    const requestHash = hashOf(request, amount);
    const answer = await this.database.transaction(async (tx) => {
      await this.repository.lockPayment(tx, request.idempotencyKey);
      const earlier = await this.repository.payment(tx, request.idempotencyKey);
      if (earlier !== undefined) {
        if (earlier.requestHash.toString('hex') === requestHash) return fromStored(earlier.answer);
        throw new BillingError(
          'already_exists',
          'this idempotency key was used for another payment',
          'idempotency_key',
        );
      }
      const books = await this.books.open(tx, [{ accountId: request.accountId }]);
      const book = books.get(request.accountId);
      if (book === undefined) throw unknownAccount();
      const transferId = move(book);
      const { balance, receivable } = book.account;
      const paid = { transactionId: idFromUuid('transaction', transferId), balance, receivable };
      await this.books.save(tx, books.values());
      await this.repository.addPayment(tx, {
        ...request,
        requestHash,
        amount,
        answer: toStored(paid),
      });
      await this.audit.record(tx, {
        act: amount < 0n ? 'credit.reversed' : 'credit.added',
        accountId: request.accountId,
        objectIds: [paid.transactionId],
        details: { amount_nano_usd: request.amount.toString(), source: request.source },
      });
      return paid;
    });
    this.recalls.moved(request.accountId);
    return answer;
  }
}

function hashOf({ accountId, source }: PaymentRequest, amount: bigint): string {
  return createHash('sha256')
    .update(JSON.stringify([accountId, source, amount.toString()]))
    .digest('hex');
}

function toStored({ transactionId, balance, receivable }: PaymentAnswer): Record<string, string> {
  return { transactionId, balance: balance.toString(), receivable: receivable.toString() };
}

function fromStored(answer: Record<string, string>): PaymentAnswer {
  const { transactionId = '', balance = '0', receivable = '0' } = answer;
  return { transactionId, balance: BigInt(balance), receivable: BigInt(receivable) };
}

function unknownAccount(): BillingError {
  return new BillingError('not_found', 'there is no such account', 'account_id');
}
