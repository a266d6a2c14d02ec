import { requireActor } from '@modelbridge/access';
import type {
  AnswerPrivacyRequestRequest,
  AnswerPrivacyRequestResponse,
  CreatePrivacyRequestRequest,
  CreatePrivacyRequestResponse,
  EnterPrivacyRequestRequest,
  EnterPrivacyRequestResponse,
  ListOpenPrivacyRequestsResponse,
  ListPrivacyRequestsRequest,
  ListPrivacyRequestsResponse,
  PrivacyRequest as PrivacyRequestMessage,
  VerifyPrivacyRequestRequest,
  VerifyPrivacyRequestResponse,
  WithdrawPrivacyRequestRequest,
  WithdrawPrivacyRequestResponse,
} from '@modelbridge/contracts/retention.v1/rights';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Clock } from '../clock/clock.js';
import {
  answerSchema,
  formSchema,
  mailSchema,
  requestReferenceSchema,
  verificationSchema,
  type PrivacyRequest,
} from './privacy-request.js';
import { RightsService } from './rights.service.js';

@Controller()
export class RightsGrpc {
  constructor(
    private readonly rights: RightsService,
    private readonly clock: Clock,
  ) {}

  @GrpcMethod('RightsService', 'createPrivacyRequest')
  async createPrivacyRequest(
    request: CreatePrivacyRequestRequest,
  ): Promise<CreatePrivacyRequestResponse> {
    const userId = requireActor(request);
    const asked = validRequest(formSchema, request);
    return { request: messageOf(await this.rights.create(userId, asked)) };
  }

  @GrpcMethod('RightsService', 'listPrivacyRequests')
  async listPrivacyRequests(
    request: ListPrivacyRequestsRequest,
  ): Promise<ListPrivacyRequestsResponse> {
    const own = await this.rights.ofPerson(requireActor(request));
    return { requests: own.map(messageOf) };
  }

  @GrpcMethod('RightsService', 'withdrawPrivacyRequest')
  async withdrawPrivacyRequest(
    request: WithdrawPrivacyRequestRequest,
  ): Promise<WithdrawPrivacyRequestResponse> {
    const userId = requireActor(request);
    const { requestId } = validRequest(requestReferenceSchema, request);
    const withdrawn = await this.rights.withdraw(requestId, userId);
    return { request: messageOf(withdrawn) };
  }

  @GrpcMethod('RightsService', 'enterPrivacyRequest')
  async enterPrivacyRequest(
    request: EnterPrivacyRequestRequest,
  ): Promise<EnterPrivacyRequestResponse> {
    const mail = validRequest(mailSchema(this.clock.now()), request);
    return { request: messageOf(await this.rights.enter(mail)) };
  }

  @GrpcMethod('RightsService', 'verifyPrivacyRequest')
  async verifyPrivacyRequest(
    request: VerifyPrivacyRequestRequest,
  ): Promise<VerifyPrivacyRequestResponse> {
    const { requestId, userId, method } = validRequest(verificationSchema, request);
    return { request: messageOf(await this.rights.verify(requestId, userId, method)) };
  }

  @GrpcMethod('RightsService', 'answerPrivacyRequest')
  async answerPrivacyRequest(
    request: AnswerPrivacyRequestRequest,
  ): Promise<AnswerPrivacyRequestResponse> {
    const { requestId, outcome } = validRequest(answerSchema, request);
    return { request: messageOf(await this.rights.answer(requestId, outcome)) };
  }

  @GrpcMethod('RightsService', 'listOpenPrivacyRequests')
  async listOpenPrivacyRequests(): Promise<ListOpenPrivacyRequestsResponse> {
    return { requests: (await this.rights.open()).map(messageOf) };
  }
}

function messageOf({ effect, ...request }: PrivacyRequest): PrivacyRequestMessage {
  return {
    ...request,
    userId: request.userId ?? '',
    purpose: request.purpose ?? '',
    outcome: request.outcome ?? '',
    closedAt: request.closedAt,
    effectPending: effect !== undefined,
  };
}
