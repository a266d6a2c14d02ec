import { AccountAccess, actorOf } from '@modelbridge/access';
import type {
  CreatePromoCodeRequest,
  CreatePromoCodeResponse,
  EndPromoCodeRequest,
  EndPromoCodeResponse,
  GetPromoCodeRequest,
  GetPromoCodeResponse,
  PromoCode as PromoCodeMessage,
  RedeemPromoCodeRequest,
  RedeemPromoCodeResponse,
} from '@modelbridge/contracts/billing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { toGrant } from '../grants/grant-message.js';
import { answering, positiveAmountField, uuidField } from '../request-validation.js';
import { promoBounds } from './bounds.js';
import { normalized, type PromoCode } from './promo-code.js';
import { PromoCodesService } from './promo-codes.service.js';

const newCode = z
  .string()
  .transform(normalized)
  .pipe(
    z
      .string()
      .regex(
        /^[A-Z0-9][A-Z0-9-]{4,38}[A-Z0-9]$/,
        'must have 6 to 40 letters, digits and hyphens, and no hyphen at its ends',
      ),
  );
/** Whatever is typed: what is no code is not found. */
const typedCode = z
  .string()
  .max(100, 'is longer than any code')
  .transform((code) => normalized(code));

const createSchema = z.object({
  code: newCode,
  amountNanoUsd: positiveAmountField,
  validFrom: z.date().optional(),
  validUntil: z.date('is missing: say until when it can be redeemed'),
  creditDays: z.int().min(1, 'must be from 1 on').max(promoBounds.mostCreditDays, 'is too large'),
  maxRedemptions: z
    .int()
    .min(1, 'must be from 1 on')
    .max(promoBounds.mostRedemptions, 'is too large'),
});
const codeSchema = z.object({ code: typedCode });
const redeemSchema = z.object({ code: typedCode, accountId: uuidField('account') });

@Controller()
export class PromoCodesGrpc {
  constructor(
    private readonly promoCodes: PromoCodesService,
    private readonly access: AccountAccess,
  ) {}

  @GrpcMethod('BillingService', 'createPromoCode')
  async createPromoCode(request: CreatePromoCodeRequest): Promise<CreatePromoCodeResponse> {
    const { amountNanoUsd: amount, validFrom, ...valid } = validRequest(createSchema, request);
    const create = () => this.promoCodes.create({ ...valid, validFrom, amount });
    return { promoCode: toMessage(await answering(create)) };
  }

  @GrpcMethod('BillingService', 'getPromoCode')
  async getPromoCode(request: GetPromoCodeRequest): Promise<GetPromoCodeResponse> {
    const { code } = validRequest(codeSchema, request);
    return { promoCode: toMessage(await answering(() => this.promoCodes.find(code))) };
  }

  @GrpcMethod('BillingService', 'endPromoCode')
  async endPromoCode(request: EndPromoCodeRequest): Promise<EndPromoCodeResponse> {
    const { code } = validRequest(codeSchema, request);
    return { promoCode: toMessage(await answering(() => this.promoCodes.end(code))) };
  }

  @GrpcMethod('BillingService', 'redeemPromoCode')
  async redeemPromoCode(request: RedeemPromoCodeRequest): Promise<RedeemPromoCodeResponse> {
    const { code, accountId } = validRequest(redeemSchema, request);
    await this.access.account('redeemPromoCode', actorOf(request), request.accountId);
    const redeem = () => this.promoCodes.redeem(code, accountId);
    return { grant: toGrant(await answering(redeem)) };
  }
}

function toMessage({ amount, endedAt, ...promo }: PromoCode): PromoCodeMessage {
  return { ...promo, amountNanoUsd: amount, endedAt: endedAt ?? undefined };
}
