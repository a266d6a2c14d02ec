import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { CustomersService } from '../customers/customers.service.js';
import { ErasureRepository, type Counts, type Person } from './erasure.repository.js';

/** Parts a person from what they paid: the payment records stay, and tell of an account of nobody. */
@Injectable()
export class AccountErasure {
  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly customers: CustomersService,
    private readonly repository: ErasureRepository,
  ) {}

  /**
   * Erases what is kept of a person here and at Stripe, where their subscriptions end at once; what stays of their
   * account, by kind. `count` is told what goes, by kind, in the transaction in which it goes. It may be cut off anywhere
   * and run again, also when all is done: then it takes what came late. Throws `failed_precondition` (field
   * `account_id`) while something runs that has to end first, and does so by itself, and `unavailable` where Stripe
   * does not answer.
   */
  async erase(person: Person, count: (tx: Tx, counts: Counts) => Promise<void>): Promise<Counts> {
    const { accountId } = person;
    // Nothing is granted from now on, so that what runs comes to an end.
    await this.locked(person, async (books) => {
      const own = books.get(accountId);
      if (own !== undefined) own.account.frozenByOperator = true;
    });
    await this.locked(person, async (_, tx) => {
      refuseWhileUnderWay(await this.repository.underWay(tx, person));
      await this.repository.close(tx, person);
    });
    await this.customers.delete(accountId);
    return this.locked(person, async (_, tx) => {
      await count(tx, await this.repository.erase(tx, person));
      return this.repository.kept(tx, person);
    });
  }

  /** Under the locks of every account in which the person has spent something. */
  private locked<T>(
    person: Person,
    act: (books: Awaited<ReturnType<AccountBooks['open']>>, tx: Tx) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async (tx) => {
      const accounts = await this.repository.accountsOf(tx, person);
      const books = await this.books.open(
        tx,
        accounts.map((accountId) => ({ accountId })),
      );
      const result = await act(books, tx);
      await this.books.save(tx, books.values());
      return result;
    });
  }
}

function refuseWhileUnderWay(counts: Counts): void {
  const running = Object.entries(counts).filter(([, rows]) => rows > 0);
  if (running.length === 0) return;
  const what = running.map(([kind, rows]) => `${rows} ${kind.replaceAll('_', ' ')}`).join(', ');
  throw new BillingError(
    'failed_precondition',
    `something of the account has not ended yet (${what}): try again later`,
    'account_id',
  );
}
