import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { AccountBooks } from '../book/account-books.service.js';
import { Clock } from '../book/clock.js';
import { Notices } from '../notices/notices.service.js';
import { hasPeriods, type PlanVersion } from '../plans/plan.js';
import { effectOf, within, type Period } from './account-plan.js';
import { AccountPlansRepository, type StoredAccountPlan } from './account-plans.repository.js';
import { AccountPlansService, nameOfVersion } from './account-plans.service.js';
import { planChange } from './plan-change.js';

/** What a subscription says of a plan. */
export interface Subscribed extends Period {
  plan: PlanVersion;
  /** The period that runs is paid. */
  isPaid: boolean;
  cancelsAtEnd: boolean;
  hasEnded: boolean;
}

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
    if (book === undefined || stored === undefined) throw new Error('a subscription of no account');
    const { plan, startsAt, endsAt } = subscribed;
    const from = book.account.plan;
    const now = this.clock.now();
    const free = await this.accountPlans.named('free');
    if (subscribed.hasEnded) {
      if (!hasPeriods(from)) return;
      await this.accountPlans.begin(tx, book, free, subscribed, now);
      await this.tell(tx, accountId, from, free, 'now', now);
    } else if (subscribed.isPaid) {
      const isNew = stored.startsAt?.getTime() !== startsAt.getTime();
      const effect = effectOf(from, plan);
      if (isNew) {
        await this.accountPlans.begin(tx, book, plan, { startsAt, endsAt }, startsAt);
        if (effect !== undefined) await this.tell(tx, accountId, from, plan, 'now', startsAt);
      } else if (effect === 'now') {
        const at = within({ startsAt, endsAt }, now);
        await this.accountPlans.begin(tx, book, plan, { startsAt, endsAt }, at, from);
        await this.tell(tx, accountId, from, plan, 'now', at);
      }
      const next = subscribed.cancelsAtEnd
        ? free
        : isNew || effect !== 'at_period_end'
          ? undefined
          : plan;
      await this.repository.savePeriod(tx, accountId, { startsAt, endsAt }, next);
      if (next !== undefined && !isNext(stored, next)) {
        await this.tell(tx, accountId, from, next, 'at_period_end', endsAt);
      }
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
