import { LimitScope } from '@modelbridge/contracts/billing.v1';
import { limitPeriodCodes } from '@modelbridge/contracts/limits';
import {
  billingRoutes,
  type Answer,
  type AutoRecharge,
  type BillingSummary,
} from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { BillingClient } from '../clients/clients.js';
import { limitsJson, noKey } from '../limits/limit-json.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { Sensitive, SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { asking } from '../sessions/asking.js';
import { autoRechargeJson, creditsJson, paymentJson } from './money-json.js';
import { accountPlanJson } from './plan-json.js';

const pageSize = 25;

/** The money of an account: what is there, what comes in, and what may be spent. */
@Controller()
export class BillingController {
  constructor(private readonly billing: BillingClient) {}

  @Answers(billingRoutes.summary)
  async summary(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<typeof billingRoutes.summary>,
  ): Promise<BillingSummary> {
    const of = asking(session, params);
    const [credits, { accountPlan }, { autoRecharge }, limits] = await Promise.all([
      this.billing.getCredits(of),
      this.billing.getAccountPlan(of),
      this.billing.getAutoRecharge(of),
      this.limits(session, params.account_id),
    ]);
    return {
      ...creditsJson(credits),
      account_plan: accountPlanJson(accountPlan),
      auto_recharge: autoRechargeJson(autoRecharge),
      limits,
    };
  }

  /** The page is Stripe's: no card passes here. */
  @Answers(billingRoutes.topUp)
  async topUp(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof billingRoutes.topUp>,
  ): Promise<{ url: string }> {
    const { url } = await this.billing.createTopUp({
      ...asking(session, params),
      amountNanoUsd: BigInt(body.amount_nano_usd),
      saveCard: body.save_card,
      idempotencyKey: body.attempt,
    });
    return { url };
  }

  @Answers(billingRoutes.setAutoRecharge)
  @Sensitive()
  async setAutoRecharge(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof billingRoutes.setAutoRecharge>,
  ): Promise<AutoRecharge> {
    const { autoRecharge } = await this.billing.setAutoRecharge({
      ...asking(session, params),
      enabled: body.enabled,
      belowNanoUsd: BigInt(body.below_nano_usd),
      amountNanoUsd: BigInt(body.amount_nano_usd),
      dailyCapNanoUsd: BigInt(body.daily_cap_nano_usd),
    });
    return autoRechargeJson(autoRecharge);
  }

  @Answers(billingRoutes.portal)
  @Sensitive()
  async portal(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<typeof billingRoutes.portal>,
  ): Promise<{ url: string }> {
    const { url } = await this.billing.createPortalSession(asking(session, params));
    return { url };
  }

  @Answers(billingRoutes.redeem)
  async redeem(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof billingRoutes.redeem>,
  ): Promise<Answer<typeof billingRoutes.redeem>> {
    const asked = { ...asking(session, params), code: body.code };
    const { grant } = await this.billing.redeemPromoCode(asked);
    return {
      amount_nano_usd: (grant?.amountNanoUsd ?? 0n).toString(),
      expires_at: (grant?.expiresAt ?? new Date(0)).toISOString(),
    };
  }

  @Answers(billingRoutes.payments)
  async payments(
    @SignedIn() session: Session,
    @Asked() { params, query }: Parts<typeof billingRoutes.payments>,
  ): Promise<Answer<typeof billingRoutes.payments>> {
    const { payments, hasMore } = await this.billing.listPayments({
      ...asking(session, params),
      limit: pageSize,
      beforeTransactionId: query.cursor ?? '',
    });
    const last = payments.at(-1);
    return {
      items: payments.map(paymentJson),
      next_cursor: hasMore && last !== undefined ? last.transactionId : null,
    };
  }

  @Answers(billingRoutes.setLimit)
  async setLimit(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof billingRoutes.setLimit>,
  ): Promise<Answer<typeof billingRoutes.setLimit>> {
    const limit = body.limit_nano_usd;
    await this.billing.setLimit({
      ...asking(session, params),
      scope: LimitScope.ACCOUNT,
      period: limitPeriodCodes[params.period],
      scopeId: '',
      limitNanoUsd: limit === null ? undefined : BigInt(limit),
    });
    return { limits: await this.limits(session, params.account_id) };
  }

  /** Of the account, and of the person in it. */
  private async limits(session: Session, accountId: string): Promise<BillingSummary['limits']> {
    const { userId } = session;
    const { limits } = await this.billing.getLimits({
      accountId,
      userId,
      keyId: noKey,
      actorUserId: userId,
    });
    return limitsJson(limits).filter(({ scope }) => scope !== 'key');
  }
}
