import { AccountAccess, actorOf } from '@modelbridge/access';
import type {
  CancelSubscriptionRequest,
  CancelSubscriptionResponse,
  ChangePlanRequest,
  ChangePlanResponse,
  CreatePlanCheckoutRequest,
  CreatePlanCheckoutResponse,
  CreatePortalSessionRequest,
  CreatePortalSessionResponse,
  GetSubscriptionRequest,
  GetSubscriptionResponse,
  PreviewPlanChangeRequest,
  PreviewPlanChangeResponse,
  Subscription as SubscriptionMessage,
} from '@modelbridge/contracts/billing.v1';
import { RpcError, validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { toAccountPlan } from '../account-plans/account-plan-message.js';
import { answering, idempotencyKeyField, planField, uuidField } from '../request-validation.js';
import { Cancellations } from './cancellations.service.js';
import type { SubscriptionStanding } from './subscription.js';
import { SubscriptionsService } from './subscriptions.service.js';

const accountField = { accountId: uuidField('account') };
const accountSchema = z.object(accountField);
const planSchema = z.object({ ...accountField, plan: planField });
const checkoutSchema = planSchema.extend({ idempotencyKey: idempotencyKeyField });

@Controller()
export class SubscriptionsGrpc {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly cancellations: Cancellations,
    private readonly access: AccountAccess,
  ) {}

  @GrpcMethod('BillingService', 'createPlanCheckout')
  async createPlanCheckout(
    request: CreatePlanCheckoutRequest,
  ): Promise<CreatePlanCheckoutResponse> {
    const { accountId, plan, idempotencyKey } = validRequest(checkoutSchema, request);
    await this.access.account('createPlanCheckout', actorOf(request), request.accountId);
    const open = () => this.subscriptions.checkout(accountId, plan, idempotencyKey);
    const { url, ...session } = await answering(open);
    if (url !== undefined) return { ...session, url };
    throw new RpcError('already_exists', 'the page of this idempotency key is over: take another', {
      field: 'idempotency_key',
    });
  }

  @GrpcMethod('BillingService', 'changePlan')
  async changePlan(request: ChangePlanRequest): Promise<ChangePlanResponse> {
    const { accountId, plan } = validRequest(planSchema, request);
    await this.access.account('changePlan', actorOf(request), request.accountId);
    const changed = await answering(() => this.subscriptions.change(accountId, plan));
    return { accountPlan: toAccountPlan(changed) };
  }

  @GrpcMethod('BillingService', 'previewPlanChange')
  async previewPlanChange(request: PreviewPlanChangeRequest): Promise<PreviewPlanChangeResponse> {
    const { accountId, plan } = validRequest(planSchema, request);
    await this.access.account('previewPlanChange', actorOf(request), request.accountId);
    return answering(() => this.subscriptions.preview(accountId, plan));
  }

  @GrpcMethod('BillingService', 'getSubscription')
  async getSubscription(request: GetSubscriptionRequest): Promise<GetSubscriptionResponse> {
    const { accountId } = validRequest(accountSchema, request);
    return {
      subscription: toMessage(await answering(() => this.cancellations.standing(accountId))),
    };
  }

  @GrpcMethod('BillingService', 'cancelSubscription')
  async cancelSubscription(
    request: CancelSubscriptionRequest,
  ): Promise<CancelSubscriptionResponse> {
    const { accountId } = validRequest(accountSchema, request);
    return { subscription: toMessage(await answering(() => this.cancellations.cancel(accountId))) };
  }

  @GrpcMethod('BillingService', 'createPortalSession')
  async createPortalSession(
    request: CreatePortalSessionRequest,
  ): Promise<CreatePortalSessionResponse> {
    const { accountId } = validRequest(accountSchema, request);
    await this.access.account('createPortalSession', actorOf(request), request.accountId);
    return { url: await answering(() => this.subscriptions.portal(accountId)) };
  }
}

function toMessage({ planVersion, ...standing }: SubscriptionStanding): SubscriptionMessage {
  return { ...standing, planVersion: planVersion ?? 0 };
}
