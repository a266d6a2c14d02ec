import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { AccountBooks } from '../book/account-books.service.js';
import { Clock } from '../book/clock.js';
import { Notices } from '../notices/notices.service.js';
import type { PlanVersion } from '../plans/plan.js';
import { AccountPlansRepository, type StoredAccountPlan } from './account-plans.repository.js';
import { AccountPlansService, nameOfVersion } from './account-plans.service.js';
import { following, type Subscribed } from './following.js';
import { planChange } from './plan-change.js';

/** Plans that follow a subscription: each of its periods is had once it is paid. */
@Injectable()
export class SubscribedPlans {
  constructor(
    private readonly books: AccountBooks,
    private readonly repository: AccountPlansRepository,
    private readonly accountPlans: AccountPlansService,
    private readonly audit: AuditService,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  /**
   * Brings an account to its subscription as it stands now. While a period is not paid the account keeps its plan and
   * gets no credit; a subscription that has ended leaves it on free.
   */
  async follow(tx: Tx, accountId: string, subscribed: Subscribed): Promise<void> {
    const book = (await this.books.open(tx, [{ accountId }])).get(accountId);
    const stored = await this.repository.find(accountId, tx);
    const free = await this.accountPlans.named('free');
    if (book === undefined || stored === undefined) throw new Error('a subscription of no account');
    if (free === undefined) throw new Error('there is no plan free');
    const had = { plan: book.account.plan, startsAt: stored.startsAt };
    const { begins, period, endsOnFree } = following(had, subscribed, free);
    for (const { plan, from, before, replaced } of begins) {
      await this.accountPlans.begin(tx, book, plan, subscribed, from, before);
      if (replaced) await this.tell(tx, accountId, replaced.plan, plan, 'now', from);
    }
    const { plan } = book.account;
    if (period !== undefined) {
      const { next } = period;
      await this.repository.savePeriod(tx, accountId, subscribed, next);
      if (next !== undefined && !isNext(stored, next)) {
        await this.tell(tx, accountId, plan, next, 'at_period_end', subscribed.endsAt);
      }
    }
    if (endsOnFree) {
      const now = this.clock.now();
      await this.accountPlans.begin(tx, book, free, subscribed, now);
      await this.tell(tx, accountId, plan, free, 'now', now);
    }
    await this.books.save(tx, [book]);
  }

  private async tell(
    tx: Tx,
    accountId: string,
    from: PlanVersion | undefined,
    to: PlanVersion | undefined,
    effect: 'now' | 'at_period_end',
    effectiveAt: Date,
  ): Promise<void> {
    const details = { from: nameOfVersion(from), to: nameOfVersion(to), effect };
    await this.audit.record(tx, { act: 'plan.changed', accountId, details });
    await this.notices.add(tx, planChange(accountId, from, to, effectiveAt));
  }
}

function isNext({ nextPlan, nextPlanVersion }: StoredAccountPlan, plan: PlanVersion): boolean {
  return nextPlan === plan.name && nextPlanVersion === plan.version;
}
