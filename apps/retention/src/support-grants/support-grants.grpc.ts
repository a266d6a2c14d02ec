import { requireActor } from '@modelbridge/access';
import type {
  CreateSupportGrantRequest,
  CreateSupportGrantResponse,
  ListSupportGrantsRequest,
  ListSupportGrantsResponse,
  SupportGrant as SupportGrantMessage,
  WithdrawSupportGrantRequest,
  WithdrawSupportGrantResponse,
} from '@modelbridge/contracts/retention.v1/support-grants';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { timesOf } from '../contents/span.js';
import {
  grantListSchema,
  grantReferenceSchema,
  newGrantSchema,
  type SupportGrant,
} from './support-grant.js';
import { SupportGrantsService } from './support-grants.service.js';

@Controller()
export class SupportGrantsGrpc {
  constructor(private readonly grants: SupportGrantsService) {}

  @GrpcMethod('SupportGrantService', 'createSupportGrant')
  async createSupportGrant(
    request: CreateSupportGrantRequest,
  ): Promise<CreateSupportGrantResponse> {
    const userId = requireActor(request);
    const grant = validRequest(newGrantSchema, request);
    return { grant: grantMessage(await this.grants.create(userId, grant)) };
  }

  @GrpcMethod('SupportGrantService', 'listSupportGrants')
  async listSupportGrants(request: ListSupportGrantsRequest): Promise<ListSupportGrantsResponse> {
    const userId = requireActor(request);
    const { accountId } = validRequest(grantListSchema, request);
    return { grants: (await this.grants.list({ userId, accountId })).map(grantMessage) };
  }

  @GrpcMethod('SupportGrantService', 'withdrawSupportGrant')
  async withdrawSupportGrant(
    request: WithdrawSupportGrantRequest,
  ): Promise<WithdrawSupportGrantResponse> {
    const userId = requireActor(request);
    const { grantId, accountId } = validRequest(grantReferenceSchema, request);
    return { grant: grantMessage(await this.grants.withdraw({ userId, accountId }, grantId)) };
  }
}

function grantMessage({ scope, ...grant }: SupportGrant): SupportGrantMessage {
  const { accountId, withdrawnAt, ...rest } = grant;
  const covers =
    'span' in scope
      ? { requestIds: [], ...timesOf(scope.span) }
      : { requestIds: scope.requestIds, from: undefined, to: undefined };
  return { ...rest, accountId, withdrawnAt, ...covers };
}
