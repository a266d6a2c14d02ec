import { Injectable } from '@nestjs/common';
import { StripeEventsService } from '../stripe-events/stripe-events.service.js';
import { PlanComparison } from '../subscriptions/plan-comparison.service.js';
import { reconciliationBounds } from './bounds.js';
import type { Difference } from './reconciliation.repository.js';

/** Accounts whose plan is not what their subscription says, and that no event of Stripe's will bring there. */
@Injectable()
export class PlanDifferences {
  constructor(
    private readonly plans: PlanComparison,
    private readonly events: StripeEventsService,
  ) {}

  /** Brings them there, and says which they were. */
  async mend(): Promise<Difference[]> {
    const suspects = await this.plans.suspects();
    if (suspects.length === 0) return [];
    // What Stripe can still tell of is no difference, nor is what has changed since.
    await this.events.catchUp();
    const found: Difference[] = [];
    for (const suspect of suspects) {
      const difference = await this.plans.bring(suspect);
      if (difference === undefined) continue;
      const { subscriptionId: objectId, detail } = difference;
      found.push({ objectId, kind: 'other_plan', detail });
      if (found.length === reconciliationBounds.mostLookups) break;
    }
    return found;
  }
}
