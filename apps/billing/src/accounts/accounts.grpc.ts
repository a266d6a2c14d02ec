import { AccountAccess, actorOf } from '@modelbridge/access';
import { idFromUuid } from '@modelbridge/contracts';
import type {
  Account as AccountMessage,
  CreateAccountRequest,
  CreateAccountResponse,
  CreditAccountRequest,
  CreditAccountResponse,
  FreezeAccountRequest,
  FreezeAccountResponse,
  GetCreditsRequest,
  GetCreditsResponse,
  ReverseCreditRequest,
  ReverseCreditResponse,
  UnfreezeAccountRequest,
  UnfreezeAccountResponse,
} from '@modelbridge/contracts/billing.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { z } from 'zod';
import { isFrozen, type Account } from '../book/account-book.js';
import {
  answering,
  idempotencyKeyField,
  planField,
  positiveAmountField,
  uuidField,
} from '../request-validation.js';
import { AccountsService } from './accounts.service.js';

const createSchema = z.object({
  accountId: uuidField('account'),
  ownerUserId: uuidField('user'),
  plan: planField,
});

const paymentFields = {
  accountId: uuidField('account'),
  amountNanoUsd: positiveAmountField,
  idempotencyKey: idempotencyKeyField,
};
const creditSchema = z.object({
  ...paymentFields,
  source: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,49}$/, 'must be one lower-case word, such as operator or stripe'),
});
const reverseSchema = z.object({ ...paymentFields, reason: z.enum(['refund', 'dispute']) });
const getSchema = z.object({ accountId: uuidField('account') });

@Controller()
export class AccountsGrpc {
  constructor(
    private readonly accounts: AccountsService,
    private readonly access: AccountAccess,
  ) {}

  @GrpcMethod('BillingService', 'createAccount')
  async createAccount(request: CreateAccountRequest): Promise<CreateAccountResponse> {
    const { accountId, ownerUserId, plan } = validRequest(createSchema, request);
    const account = await answering(() =>
      this.accounts.create({ id: accountId, ownerUserId, plan }),
    );
    return { account: toMessage(account) };
  }

  @GrpcMethod('BillingService', 'freezeAccount')
  async freezeAccount(request: FreezeAccountRequest): Promise<FreezeAccountResponse> {
    const { accountId } = validRequest(getSchema, request);
    return { account: toMessage(await answering(() => this.accounts.freeze(accountId, true))) };
  }

  @GrpcMethod('BillingService', 'unfreezeAccount')
  async unfreezeAccount(request: UnfreezeAccountRequest): Promise<UnfreezeAccountResponse> {
    const { accountId } = validRequest(getSchema, request);
    return { account: toMessage(await answering(() => this.accounts.freeze(accountId, false))) };
  }

  @GrpcMethod('BillingService', 'creditAccount')
  async creditAccount(request: CreditAccountRequest): Promise<CreditAccountResponse> {
    const { amountNanoUsd, ...payment } = validRequest(creditSchema, request);
    const { transactionId, balance } = await answering(() =>
      this.accounts.credit({ ...payment, amount: amountNanoUsd }),
    );
    return { transactionId, balanceNanoUsd: balance };
  }

  @GrpcMethod('BillingService', 'reverseCredit')
  async reverseCredit(request: ReverseCreditRequest): Promise<ReverseCreditResponse> {
    const { amountNanoUsd, reason, ...payment } = validRequest(reverseSchema, request);
    const { transactionId, balance, receivable } = await answering(() =>
      this.accounts.reverse({ ...payment, source: reason, amount: amountNanoUsd }),
    );
    return { transactionId, balanceNanoUsd: balance, receivableNanoUsd: receivable };
  }

  @GrpcMethod('BillingService', 'getCredits')
  async getCredits(request: GetCreditsRequest): Promise<GetCreditsResponse> {
    const { accountId } = validRequest(getSchema, request);
    await this.access.account('getCredits', actorOf(request), request.accountId);
    const credits = await answering(() => this.accounts.credits(accountId));
    const { balance, granted, held, spent, nextExpiry } = credits;
    return {
      balanceNanoUsd: balance,
      heldNanoUsd: held,
      availableNanoUsd: balance + granted - held,
      spentNanoUsd: spent,
      grantedNanoUsd: granted,
      nextExpiryAt: nextExpiry?.at,
      nextExpiryNanoUsd: nextExpiry?.amount ?? 0n,
    };
  }
}

function toMessage(account: Account): AccountMessage {
  return {
    accountId: idFromUuid('account', account.id),
    ownerUserId: idFromUuid('user', account.ownerUserId),
    plan: account.plan?.name ?? '',
    frozen: isFrozen(account),
    frozenByOperator: account.frozenByOperator,
    receivableNanoUsd: account.receivable,
    disputedNanoUsd: account.disputed,
    createdAt: account.createdAt,
  };
}
