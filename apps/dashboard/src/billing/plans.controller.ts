import { billingRoutes, type AccountPlan, type Answer } from '@modelbridge/dashboard-api';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { BillingClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { Sensitive, SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { asking } from '../sessions/asking.js';
import { accountPlanJson, planJson } from './plan-json.js';

type Preview = Answer<typeof billingRoutes.previewPlan>;

/** The plans, and the one of an account. */
@Controller()
export class PlansController {
  constructor(private readonly billing: BillingClient) {}

  @Answers(billingRoutes.plans)
  async plans(): Promise<Answer<typeof billingRoutes.plans>> {
    const { plans } = await this.billing.listPlans({});
    return { items: plans.map(planJson) };
  }

  @Answers(billingRoutes.previewPlan)
  async preview(
    @SignedIn() session: Session,
    @Asked() { params, query }: Parts<typeof billingRoutes.previewPlan>,
  ): Promise<Preview> {
    const { plan } = query;
    try {
      const asked = { ...asking(session, params), plan };
      const { dueCents, effectiveAt } = await this.billing.previewPlanChange(asked);
      return {
        due_cents: dueCents,
        effective_at: effectiveAt?.toISOString() ?? null,
        needs_checkout: false,
      };
    } catch (error) {
      const { code, field } = rpcErrorFrom(error) ?? {};
      const hasNoSubscription = code === 'failed_precondition' && field === 'account_id';
      if (!hasNoSubscription || plan === 'free') throw error;
      return this.firstMonth(plan);
    }
  }

  @Answers(billingRoutes.changePlan)
  @Sensitive()
  async change(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof billingRoutes.changePlan>,
  ): Promise<AccountPlan> {
    const asked = { ...asking(session, params), plan: body.plan };
    return accountPlanJson((await this.billing.changePlan(asked)).accountPlan);
  }

  @Answers(billingRoutes.planCheckout)
  @Sensitive()
  async checkout(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof billingRoutes.planCheckout>,
  ): Promise<{ url: string }> {
    const { url } = await this.billing.createPlanCheckout({
      ...asking(session, params),
      plan: body.plan,
      idempotencyKey: body.attempt,
    });
    return { url };
  }

  private async firstMonth(name: string): Promise<Preview> {
    const { plans } = await this.billing.listPlans({});
    const plan = plans.find((one) => one.name === name);
    return {
      due_cents: plan?.monthlyPriceCents ?? 0,
      effective_at: null,
      needs_checkout: true,
    };
  }
}
