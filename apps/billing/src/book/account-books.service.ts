import { newId, uuidOf } from '@modelbridge/contracts';
import { Injectable } from '@nestjs/common';
import type { Tx } from '@modelbridge/service-kit/database';
import type { NewNotice } from '../notices/notice.js';
import { Notices } from '../notices/notices.service.js';
import { PlanVersions } from '../plans/plan-versions.service.js';
import { AccountBook, totalKeyOf, type Account, type AnsweredStep } from './account-book.js';
import {
  AccountBookRepository,
  type CounterChange,
  type StoredAccount,
  type StoredCounter,
} from './account-book.repository.js';
import { stepKey, type Allowance } from './allowance.js';
import { Clock } from './clock.js';
import { compareExpiry, expireDue } from './credit-grant.js';
import { crossingsOf, refusalsOf } from './crossings.js';
import { counterKeysOf, nameOf, type CounterKey } from './counter.js';
import type { BookRequest } from './book-request.js';
import { RateStates } from './rate-states.service.js';

const newTransferId = (): string => uuidOf('transaction', newId('transaction'));

interface Loaded {
  account: Account;
  counters: Map<string, StoredCounter>;
  allowances: Map<string, Allowance>;
  steps: Set<string>;
}

/** Opens accounts under lock and writes back what the rules changed. */
@Injectable()
export class AccountBooks {
  private readonly loaded = new WeakMap<AccountBook, Loaded>();

  constructor(
    private readonly repository: AccountBookRepository,
    private readonly rates: RateStates,
    private readonly plans: PlanVersions,
    private readonly clock: Clock,
    private readonly notices: Notices,
  ) {}

  /**
   * Locks the accounts and loads what is asked for; what is due of granted credit has expired. Unknown accounts are
   * missing in the result.
   */
  async open(tx: Tx, requests: BookRequest[]): Promise<Map<string, AccountBook>> {
    const accountIds = [...new Set(requests.map(({ accountId }) => accountId))];
    await this.repository.lock(tx, accountIds);
    const stored = await this.repository.accounts(tx, accountIds);
    const accounts = await this.accounts(stored);
    const books = new Map(accounts.map((account) => [account.id, new AccountBook({ ...account })]));
    await this.loadAllowances(tx, books, requests);
    await this.loadSteps(tx, books, requests);
    await this.loadCounters(tx, books, requests);
    await this.rates.load(tx, books, requests);
    await this.loadGrants(tx, books, stored);
    for (const account of accounts) {
      const book = books.get(account.id);
      if (book === undefined) continue;
      this.loaded.set(book, snapshotOf(account, book));
      // After the snapshot: what expires is a change.
      expireDue(book, this.clock.now(), newTransferId);
    }
    return books;
  }

  /** Writes back what changed. Throws, and so rolls back, where a counter no longer has what is taken. */
  async save(tx: Tx, books: Iterable<AccountBook>): Promise<void> {
    const changes: CounterChange[] = [];
    const allowances: Allowance[] = [];
    const steps: AnsweredStep[] = [];
    const told: NewNotice[] = [];
    const opened = [...books];
    for (const book of opened) {
      const loaded = this.loaded.get(book);
      if (loaded === undefined) throw new Error('a book that was not opened here');
      const changed = counterChanges(book, loaded);
      changes.push(...changed.map(({ change }) => change));
      told.push(...crossingsOf(book, loaded.account, changed));
      allowances.push(...allowanceChanges(book, loaded));
      const answered = [...book.answeredSteps].flatMap(([key, step]) =>
        loaded.steps.has(key) ? [] : [step],
      );
      steps.push(...answered);
      told.push(...refusalsOf(book, answered));
      if (accountChanged(book.account, loaded.account))
        await this.repository.saveAccount(tx, book.account);
    }
    if (changes.length > 0) {
      const updated = await this.repository.updateCounters(tx, changes);
      if (updated !== changes.length)
        throw new Error('a counter has less free than was taken from it');
    }
    if (allowances.length > 0) await this.repository.saveAllowances(tx, allowances);
    await this.rates.save(tx, opened);
    if (steps.length > 0) await this.repository.addSteps(tx, steps);
    const transfers = opened.flatMap((book) => book.transfers);
    if (transfers.length > 0) await this.repository.addTransfers(tx, transfers);
    const spent = opened.flatMap(({ grants }) =>
      grants.filter(({ remaining }) => remaining === 0n),
    );
    if (spent.length > 0) {
      await this.repository.closeGrants(
        tx,
        spent.map(({ id }) => id),
      );
    }
    for (const notice of told) await this.notices.add(tx, notice);
  }

  private accounts(stored: StoredAccount[]): Promise<Account[]> {
    return Promise.all(
      stored.map(async ({ plan, planVersion, hasGrants: _, ...account }) => ({
        ...account,
        plan: await this.plans.of({ plan, planVersion }),
      })),
    );
  }

  private async loadGrants(
    tx: Tx,
    books: Map<string, AccountBook>,
    stored: StoredAccount[],
  ): Promise<void> {
    const ids = stored.filter(({ hasGrants }) => hasGrants).map(({ id }) => id);
    if (ids.length === 0) return;
    const grants = await this.repository.grants(tx, ids);
    for (const grant of grants.sort(compareExpiry)) books.get(grant.accountId)?.grants.push(grant);
  }

  private async loadAllowances(
    tx: Tx,
    books: Map<string, AccountBook>,
    requests: BookRequest[],
  ): Promise<void> {
    const ids = [...new Set(requests.flatMap(({ allowanceIds = [] }) => allowanceIds))];
    if (ids.length === 0) return;
    for (const allowance of await this.repository.allowances(tx, ids)) {
      books.get(allowance.accountId)?.allowances.set(allowance.id, allowance);
    }
  }

  private async loadSteps(
    tx: Tx,
    books: Map<string, AccountBook>,
    requests: BookRequest[],
  ): Promise<void> {
    const accountOf = new Map<string, string>();
    const asked = requests.flatMap(({ accountId, steps = [] }) => {
      for (const step of steps) accountOf.set(step.allowanceId, accountId);
      return steps;
    });
    if (asked.length === 0) return;
    for (const { allowanceId, lastStep, answered } of await this.repository.steps(tx, asked)) {
      const book = books.get(accountOf.get(allowanceId) ?? '');
      if (lastStep !== undefined) book?.lastSteps.set(allowanceId, lastStep);
      if (answered !== undefined) book?.answeredSteps.set(stepKey(answered), answered);
    }
  }

  private async loadCounters(
    tx: Tx,
    books: Map<string, AccountBook>,
    requests: BookRequest[],
  ): Promise<void> {
    const wanted = new Map([...books.keys()].map((id) => [id, new Map<string, CounterKey>()]));
    const want = (accountId: string, key: CounterKey): void => {
      wanted.get(accountId)?.set(nameOf(key), key);
    };
    for (const accountId of books.keys()) want(accountId, totalKeyOf(accountId));
    for (const { accountId, counters = [] } of requests)
      for (const key of counters) want(accountId, key);
    for (const [accountId, { allowances }] of books) {
      for (const allowance of allowances.values()) {
        for (const key of counterKeysOf(allowance, allowance.grantedDay)) want(accountId, key);
      }
    }
    const take = (counter: StoredCounter): void => {
      const name = nameOf(counter);
      wanted.get(counter.accountId)?.delete(name);
      books.get(counter.accountId)?.counters.set(name, counter);
    };
    (await this.repository.counters(tx, ownedKeys(wanted))).forEach(take);
    const missing = ownedKeys(wanted);
    if (missing.length === 0) return;
    await this.repository.createCounters(tx, missing);
    (await this.repository.counters(tx, missing)).forEach(take);
  }
}

function ownedKeys(wanted: Map<string, Map<string, CounterKey>>) {
  return [...wanted].flatMap(([accountId, keys]) =>
    Array.from(keys.values(), (key) => ({ ...key, accountId })),
  );
}

function snapshotOf(account: Account, book: AccountBook): Loaded {
  const copies = <V extends object>(values: Map<string, V>): Map<string, V> =>
    new Map([...values].map(([key, value]) => [key, { ...value }]));
  return {
    account,
    counters: copies(book.counters) as Map<string, StoredCounter>,
    allowances: copies(book.allowances),
    steps: new Set(book.answeredSteps.keys()),
  };
}

function counterChanges(book: AccountBook, { counters }: Loaded) {
  return [...book.counters].flatMap(([name, counter]) => {
    const before = counters.get(name);
    if (before === undefined) throw new Error('a counter that was not loaded');
    const { used, held, cap, lowered } = before;
    if (
      counter.used === used &&
      counter.held === held &&
      counter.cap === cap &&
      counter.lowered === lowered
    ) {
      return [];
    }
    const deltas = { usedDelta: counter.used - used, heldDelta: counter.held - held };
    const change: CounterChange = { ...counter, accountId: book.account.id, ...deltas };
    return [{ change, before, after: counter }];
  });
}

function allowanceChanges(book: AccountBook, { allowances }: Loaded): Allowance[] {
  return [...book.allowances.values()].filter((allowance) => {
    const before = allowances.get(allowance.id);
    return (
      before === undefined ||
      (Object.keys(allowance) as (keyof Allowance)[]).some(
        (name) => allowance[name] !== before[name],
      )
    );
  });
}

function accountChanged(after: Account, before: Account): boolean {
  return (
    after.frozenByOperator !== before.frozenByOperator ||
    after.creditLine !== before.creditLine ||
    after.billingMode !== before.billingMode ||
    after.plan !== before.plan
  );
}
