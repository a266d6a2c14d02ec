import { randomUUID } from 'node:crypto';
import { idFromUuid, newId, uuidOf } from '@modelbridge/contracts';
import { billingAccountOpened } from '@modelbridge/contracts/events';
import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { AccountPlansService } from '../account-plans/account-plans.service.js';
import { AuditService } from '../audit/audit.service.js';
import { RecallService } from '../allowances/recall.service.js';
import type { Account, AccountBook } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { Clock } from '../book/clock.js';
import { AccountsRepository } from './accounts.repository.js';
import {
  BalanceChanges,
  type BalanceAnswer,
  type BalanceChange,
} from './balance-changes.service.js';
import { creditsAt, type Credits } from './credits.js';
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
  /** Where it came from (operator), or why it went back (refund, dispute). */
  source: string;
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
    private readonly changes: BalanceChanges,
    private readonly audit: AuditService,
    private readonly clock: Clock,
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
    return creditsAt(credits, this.clock.now());
  }

  /** Adds paid-in money, once for each idempotency key. */
  credit(request: PaymentRequest): Promise<BalanceAnswer> {
    return this.pay(request, (book) => credit(book, request.amount, newTransferId));
  }

  /** Takes paid-in money back, once for each idempotency key. */
  reverse(request: PaymentRequest): Promise<BalanceAnswer> {
    return this.pay({ ...request, amount: -request.amount }, (book) =>
      reverse(book, request.amount, newTransferId),
    );
  }

  /** What an operator says; debts and disputes freeze an account besides, and are not lifted by it. */
  async freeze(accountId: string, isFrozen: boolean): Promise<Account> {
    const account = await this.database.transaction(async (tx) => {
      const book = (await this.books.open(tx, [{ accountId }])).get(accountId);
      if (book === undefined) throw unknownAccount();
      if (book.account.frozenByOperator === isFrozen) return book.account;
      book.account.frozenByOperator = isFrozen;
      await this.books.save(tx, [book]);
      const act = isFrozen ? 'account.frozen' : 'account.unfrozen';
      await this.audit.record(tx, { act, accountId });
      return book.account;
    });
    // What gateways have reserved and do not use comes back at once; the rest when it has run.
    if (isFrozen) this.recalls.recall(accountId);
    this.recalls.moved(accountId);
    return account;
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
    change: BalanceChange,
    move: (book: AccountBook) => string,
  ): Promise<BalanceAnswer> {
    const { accountId } = change;
    const answer = await this.database.transaction(async (tx) => {
      const earlier = await this.changes.earlier(tx, change);
      if (earlier !== undefined) return earlier;
      const books = await this.books.open(tx, [{ accountId }]);
      const book = books.get(accountId);
      if (book === undefined) throw unknownAccount();
      const transferId = move(book);
      await this.books.save(tx, books.values());
      return this.changes.record(tx, book, change, transferId);
    });
    this.recalls.moved(accountId);
    return answer;
  }
}

function unknownAccount(): BillingError {
  return new BillingError('not_found', 'there is no such account', 'account_id');
}
