import { actorOf } from '@modelbridge/access';
import type {
  GetRequestRequest,
  GetRequestResponse,
  ListRecordedRequest,
  ListRecordedResponse,
  ListRequestsRequest,
  ListRequestsResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { recordedPageSchema, requestPageSchema, requestReferenceSchema } from './page.js';
import { readFilter } from './read-filter.js';
import { RequestAccess } from './request-access.service.js';
import { requestMessage } from './request-message.js';
import { RequestsService } from './requests.service.js';

@Controller()
export class RequestsGrpc {
  constructor(
    private readonly requests: RequestsService,
    private readonly access: RequestAccess,
  ) {}

  @GrpcMethod('UsageLedgerService', 'listRequests')
  async listRequests(request: ListRequestsRequest): Promise<ListRequestsResponse> {
    const page = validRequest(requestPageSchema, request);
    const filter = readFilter(request.filter);
    const { requests, nextCursor } = await this.requests.list(
      await this.access.scope('listRequests', actorOf(request), { ...page, filter }),
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
