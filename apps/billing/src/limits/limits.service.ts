import { Injectable } from '@nestjs/common';
import { idFromUuid } from '@modelbridge/contracts';
import { limitScopeIdKinds } from '@modelbridge/contracts/limits';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RecallService } from '../allowances/recall.service.js';
import { AuditService } from '../audit/audit.service.js';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { Clock } from '../book/clock.js';
import {
  counterKeysOf,
  dayOf,
  periodStartOf,
  resetsAt,
  type Counter,
  type Spender,
} from '../book/counter.js';
import { changeCreditLine, changeLimit } from './limit.js';
import { LimitsRepository, type LimitKey } from './limits.repository.js';

/** Hard limits of accounts, members and keys. */
@Injectable()
export class LimitsService {
  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: LimitsRepository,
    private readonly recalls: RecallService,
    private readonly clock: Clock,
    private readonly audit: AuditService,
  ) {}

  /** Sets (nano-USD) or removes (null) a limit; its counter as it stands after. */
  async set(limit: LimitKey, cap: bigint | null): Promise<Counter> {
    const key = {
      scope: limit.scope,
      scopeId: limit.scopeId,
      period: limit.period,
      periodStart: periodStartOf(limit.period, dayOf(this.clock.now())),
    };
    const counter = await this.database.transaction(async (tx) => {
      const books = await this.books.open(tx, [{ accountId: limit.accountId, counters: [key] }]);
      const book = books.get(limit.accountId);
      if (book === undefined) throw unknownAccount();
      const running = book.counter(key);
      if (limit.scope === 'account' && limit.period === 'total') {
        changeCreditLine(book, cap ?? 0n);
      } else {
        changeLimit(running, cap);
        await this.repository.set(tx, limit, cap);
      }
      await this.books.save(tx, books.values());
      await this.log(tx, limit, cap);
      return running;
    });
    if (counter.lowered) this.recalls.recall(limit.accountId);
    this.recalls.moved(limit.accountId);
    return counter;
  }

  /** What members may spend in the month that runs, and have spent. */
  async months(
    accountId: string,
    userIds: readonly string[],
  ): Promise<{ counters: Counter[]; resetsAt: Date | undefined }> {
    const period = 'month' as const;
    const periodStart = periodStartOf(period, dayOf(this.clock.now()));
    const keys = userIds.map((scopeId) => ({
      scope: 'member' as const,
      scopeId,
      period,
      periodStart,
    }));
    return {
      counters: await this.repository.counted(accountId, keys),
      resetsAt: resetsAt({ scope: 'member', scopeId: '', period, periodStart }),
    };
  }

  private log(tx: Tx, { accountId, scope, scopeId, period }: LimitKey, cap: bigint | null) {
    return this.audit.record(tx, {
      act: 'limit.changed',
      accountId,
      objectIds: scope === 'account' ? [] : [idFromUuid(limitScopeIdKinds[scope], scopeId)],
      details: { scope, period, limit_nano_usd: cap === null ? 'none' : cap.toString() },
    });
  }

  /** Every limit that a request of this member and key meets, the account's balance first. */
  async standing(spender: Spender): Promise<Counter[]> {
    const keys = counterKeysOf(spender, dayOf(this.clock.now()));
    const counters = await this.repository.standing(spender.accountId, keys);
    if (counters.length === 0) throw unknownAccount();
    return counters;
  }
}

function unknownAccount(): BillingError {
  return new BillingError('not_found', 'there is no such account', 'account_id');
}
