import { AccountAccess, actorOf } from '@modelbridge/access';
import {
  BillingMode,
  type GetAccountPlanRequest,
  type GetAccountPlanResponse,
  type ListPlansResponse,
  type SetBillingModeRequest,
  type SetBillingModeResponse,
  type SetPlanRequest,
  type SetPlanResponse,
} from '@modelbridge/contracts/billing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { toPlan } from '../plans/plan-message.js';
import { amountField, answering, planField, uuidField } from '../request-validation.js';
import { modeCodes, toAccountPlan } from './account-plan-message.js';
import { AccountPlansService } from './account-plans.service.js';

const accountField = { accountId: uuidField('account') };
const getSchema = z.object(accountField);
const setSchema = z.object({ ...accountField, plan: planField });
const modeSchema = z
  .object({
    ...accountField,
    mode: z.enum(modeCodes, 'must be prepaid or invoice'),
    creditLineNanoUsd: amountField,
  })
  .refine(
    ({ mode, creditLineNanoUsd }) => mode === BillingMode.INVOICE || creditLineNanoUsd === 0n,
    {
      path: ['creditLineNanoUsd'],
      message: 'must be 0 for a prepaid account',
    },
  );

@Controller()
export class AccountPlansGrpc {
  constructor(
    private readonly plans: AccountPlansService,
    private readonly access: AccountAccess,
  ) {}

  @GrpcMethod('BillingService', 'listPlans')
  async listPlans(): Promise<ListPlansResponse> {
    return { plans: (await this.plans.inForce()).map(toPlan) };
  }

  @GrpcMethod('BillingService', 'getAccountPlan')
  async getAccountPlan(request: GetAccountPlanRequest): Promise<GetAccountPlanResponse> {
    const { accountId } = validRequest(getSchema, request);
    await this.access.account('getAccountPlan', actorOf(request), request.accountId);
    return { accountPlan: toAccountPlan(await answering(() => this.plans.find(accountId))) };
  }

  @GrpcMethod('BillingService', 'setPlan')
  async setPlan(request: SetPlanRequest): Promise<SetPlanResponse> {
    const { accountId, plan } = validRequest(setSchema, request);
    return { accountPlan: toAccountPlan(await answering(() => this.plans.set(accountId, plan))) };
  }

  @GrpcMethod('BillingService', 'setBillingMode')
  async setBillingMode(request: SetBillingModeRequest): Promise<SetBillingModeResponse> {
    const { accountId, mode, creditLineNanoUsd } = validRequest(modeSchema, request);
    const name = mode === BillingMode.INVOICE ? 'invoice' : 'prepaid';
    const set = () => this.plans.setBillingMode(accountId, name, creditLineNanoUsd);
    return { accountPlan: toAccountPlan(await answering(set)) };
  }
}
