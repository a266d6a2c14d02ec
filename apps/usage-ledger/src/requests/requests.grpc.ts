import { actorOf } from '@modelbridge/access';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import type {
  GetRequestRequest,
  GetRequestResponse,
  ListRecordedRequest,
  ListRecordedResponse,
  ListRequestsRequest,
  ListRequestsResponse,
  RequestRecord,
} from '@modelbridge/contracts/usage_ledger.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { recordedPageSchema, requestPageSchema, requestReferenceSchema } from './page.js';
import { RequestAccess } from './request-access.service.js';
import { RequestsService } from './requests.service.js';

@Controller()
export class RequestsGrpc {
  constructor(
    private readonly requests: RequestsService,
    private readonly access: RequestAccess,
  ) {}

  @GrpcMethod('UsageLedgerService', 'listRequests')
  async listRequests(request: ListRequestsRequest): Promise<ListRequestsResponse> {
    const { requests, nextCursor } = await this.requests.list(
      await this.access.page(actorOf(request), validRequest(requestPageSchema, request)),
    );
    return { requests: requests.map(requestMessage), nextCursor };
  }

  @GrpcMethod('UsageLedgerService', 'getRequest')
  async getRequest(request: GetRequestRequest): Promise<GetRequestResponse> {
    const { keyId, requestId } = validRequest(requestReferenceSchema, request);
    return { request: requestMessage(await this.requests.get(keyId, requestId)) };
  }

  @GrpcMethod('UsageLedgerService', 'listRecorded')
  async listRecorded(request: ListRecordedRequest): Promise<ListRecordedResponse> {
    const { requests, newestLedgerSequence } = await this.requests.listRecorded(
      validRequest(recordedPageSchema, request),
    );
    return { requests: requests.map(requestMessage), newestLedgerSequence };
  }
}

function requestMessage(request: RecordedRequest): RequestRecord {
  return {
    ...request,
    startedAt: new Date(request.startedAt),
    completedAt: new Date(request.completedAt),
    teamId: request.teamId ?? undefined,
    allowanceId: request.allowanceId ?? undefined,
    provider: request.provider ?? '',
    region: request.region ?? '',
    finishReason: request.finishReason ?? '',
    errorClass: request.errorClass ?? '',
    sequence: BigInt(request.sequence),
    ledgerSequence: BigInt(request.ledgerSequence),
    inputTokens: BigInt(request.inputTokens),
    cacheReadTokens: BigInt(request.cacheReadTokens),
    cacheWrite5mTokens: BigInt(request.cacheWrite5mTokens),
    cacheWrite1hTokens: BigInt(request.cacheWrite1hTokens),
    outputTokens: BigInt(request.outputTokens),
    reasoningTokens: BigInt(request.reasoningTokens),
    costNanoUsd: BigInt(request.costNanoUsd),
    timeToFirstTokenMs: request.timeToFirstTokenMs ?? undefined,
    tags: request.tags ?? {},
  };
}
