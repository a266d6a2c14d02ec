import { loseDispute, openDispute, winDispute } from '../accounts/dispute.js';
import { credit, reverse } from '../accounts/payment.js';
import { addGrant, compareExpiry, expireDue } from '../book/credit-grant.js';
import { freeIn } from '../book/counter.js';
import { World, total, rules, type Rules } from './world.js';

/** With the rule by which granted credit expires. */
export interface GrantRules extends Rules {
  expireDue: typeof expireDue;
}

export const grantRules: GrantRules = { ...rules, expireDue };

const firstGrantLedger = 1_000n;

/** The world of an account that is paid for and granted credit, and whose payments go back. */
export class GrantedWorld extends World {
  /** Nano-USD that were ever granted, and that were paid in less what went back. */
  granted = 0n;
  paidIn = 0n;
  private grants = 0n;
  private readonly disputes: bigint[] = [];

  constructor(
    keyCap: bigint,
    private readonly appliedRules: GrantRules = grantRules,
  ) {
    super(0n, keyCap, inOrder(appliedRules));
  }

  grant(amount: bigint, lifeMs: number): void {
    this.opening();
    const ledger = firstGrantLedger + this.grants;
    this.grants += 1n;
    this.granted += amount;
    const grant = {
      id: this.id('grt'),
      accountId: this.book.account.id,
      ledger,
      remaining: amount,
      expiresAt: new Date(this.now + lifeMs),
    };
    addGrant(this.book, grant, this.id('txn'));
  }

  pay(amount: bigint): void {
    this.opening();
    this.paidIn += amount;
    credit(this.book, amount, () => this.id('txn'));
  }

  /** A refund: what was not there any more is owed. */
  refund(amount: bigint): void {
    this.opening();
    const refunded = amount < this.paidIn ? amount : this.paidIn;
    if (refunded === 0n) return;
    this.paidIn -= refunded;
    reverse(this.book, refunded, () => this.id('txn'));
  }

  /** Its money is apart until it is decided, and nothing is granted meanwhile. */
  dispute(amount: bigint): void {
    this.opening();
    const disputed = amount < this.paidIn ? amount : this.paidIn;
    if (disputed === 0n) return;
    this.paidIn -= disputed;
    this.disputes.push(disputed);
    openDispute(this.book, disputed, () => this.id('txn'));
  }

  decide(won: boolean): void {
    this.opening();
    const disputed = this.disputes.shift();
    if (disputed === undefined) return;
    if (won) this.paidIn += disputed;
    (won ? winDispute : loseDispute)(this.book, disputed, () => this.id('txn'));
  }

  override opening(): void {
    const now = new Date(this.now);
    this.appliedRules.expireDue(this.book, now, () => this.id('txn'));
    const left = total(this.book.grants, ({ remaining, expiresAt }) =>
      expiresAt <= now ? remaining : 0n,
    );
    if (left > 0n && (freeIn(this.book.total) ?? 0n) > 0n)
      throw new Error('expired credit is left though something is free');
  }
}

/** Whatever the rule of a charge: what expires first was spent first, and paid money last. */
function inOrder(applied: GrantRules): Rules {
  return {
    ...applied,
    charge: (book, request, newId) => {
      const grants = [...book.grants].sort(compareExpiry);
      const before = grants.map(({ remaining }) => remaining);
      const balance = book.account.balance;
      const charge = applied.charge(book, request, newId);
      const spent = grants.map(({ remaining }, index) => (before[index] ?? 0n) - remaining);
      const last = spent.findLastIndex((amount) => amount > 0n);
      const emptied = book.account.balance === balance ? Math.max(last, 0) : grants.length;
      if (grants.slice(0, emptied).some(({ remaining }) => remaining > 0n))
        throw new Error(
          'granted credit was not spent in the order of its expiry, before paid money',
        );
      return charge;
    },
  };
}
