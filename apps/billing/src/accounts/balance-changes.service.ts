import { createHash } from 'node:crypto';
import { idFromUuid } from '@modelbridge/contracts';
import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { AccountBook } from '../book/account-book.js';
import { BillingError } from '../book/billing-error.js';
import { BalanceChangesRepository } from './balance-changes.repository.js';

export interface BalanceChange {
  accountId: string;
  /** Nano-USD; negative for money that goes back. */
  amount: bigint;
  idempotencyKey: string;
  /** Where it came from (operator, payment), or why it went back (refund, dispute). */
  source: string;
  /** The payment of Stripe's that it belongs to. */
  paymentIntentId?: string;
  /** It was paid for a plan: the balance stays as it is. */
  isForPlan?: boolean;
}

export interface BalanceAnswer {
  transactionId: string;
  balance: bigint;
  receivable: bigint;
}

/** The history of what was paid and went back: each change once for its idempotency key, in its transaction. */
@Injectable()
export class BalanceChanges {
  constructor(
    private readonly repository: BalanceChangesRepository,
    private readonly audit: AuditService,
  ) {}

  /** What an earlier change of this key was answered. Throws `already_exists` where that was another change. */
  async earlier(tx: Tx, change: BalanceChange): Promise<BalanceAnswer | undefined> {
    await this.repository.lock(tx, change.idempotencyKey);
    const earlier = await this.repository.find(tx, change.idempotencyKey);
    if (earlier === undefined) return undefined;
    if (earlier.requestHash.toString('hex') === hashOf(change)) return fromStored(earlier.answer);
    throw new BillingError(
      'already_exists',
      'this idempotency key was used for another payment',
      'idempotency_key',
    );
  }

  /** Keeps and audits a change that has just been made to this book; fails where its key was used before. */
  async record(
    tx: Tx,
    book: AccountBook,
    change: BalanceChange,
    transferId: string,
  ): Promise<BalanceAnswer> {
    const { balance, receivable } = book.account;
    const answer = { transactionId: idFromUuid('transaction', transferId), balance, receivable };
    await this.repository.add(tx, {
      ...change,
      paymentIntentId: change.paymentIntentId ?? null,
      requestHash: hashOf(change),
      answer: toStored(answer),
    });
    const { amount, source, isForPlan = false } = change;
    const acts = isForPlan
      ? (['plan.paid', 'plan.payment_reversed'] as const)
      : (['credit.added', 'credit.reversed'] as const);
    await this.audit.record(tx, {
      act: acts[amount < 0n ? 1 : 0],
      accountId: change.accountId,
      objectIds: [answer.transactionId],
      details: { amount_nano_usd: (amount < 0n ? -amount : amount).toString(), source },
    });
    return answer;
  }
}

function hashOf({ accountId, source, amount }: BalanceChange): string {
  return createHash('sha256')
    .update(JSON.stringify([accountId, source, amount.toString()]))
    .digest('hex');
}

function toStored({ transactionId, balance, receivable }: BalanceAnswer): Record<string, string> {
  return { transactionId, balance: balance.toString(), receivable: receivable.toString() };
}

function fromStored(answer: Record<string, string>): BalanceAnswer {
  const { transactionId = '', balance = '0', receivable = '0' } = answer;
  return { transactionId, balance: BigInt(balance), receivable: BigInt(receivable) };
}
