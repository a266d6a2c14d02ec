import { actorOf } from '@modelbridge/access';
import type {
  CancelErasureRequest,
  CancelErasureResponse,
  ConfirmErasureRequest,
  ConfirmErasureResponse,
  GetErasureRequest,
  GetErasureResponse,
  ListErasuresRequest,
  ListErasuresResponse,
  RequestErasureRequest,
  RequestErasureResponse,
  ShowErasureRequest,
  ShowErasureResponse,
  StartErasureRequest,
  StartErasureResponse,
} from '@modelbridge/contracts/retention.v1/erasure';
import { RpcError, validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { erasureMessage } from './erasure-message.js';
import {
  codeSchema,
  erasurePageSchema,
  erasureReferenceSchema,
  personReferenceSchema,
} from './erasure.js';
import { ErasuresService } from './erasures.service.js';
import { StaffAuditService } from './staff-audit.service.js';

@Controller()
export class ErasuresGrpc {
  constructor(
    private readonly erasures: ErasuresService,
    private readonly audit: StaffAuditService,
  ) {}

  @GrpcMethod('ErasureService', 'requestErasure')
  async requestErasure(request: RequestErasureRequest): Promise<RequestErasureResponse> {
    const { erasure, codeExpiresAt } = await this.erasures.request(personBehind(request));
    return { erasure: erasureMessage(erasure), codeExpiresAt };
  }

  @GrpcMethod('ErasureService', 'confirmErasure')
  async confirmErasure(request: ConfirmErasureRequest): Promise<ConfirmErasureResponse> {
    const userId = personBehind(request);
    const { code } = validRequest(codeSchema, request);
    return { erasure: erasureMessage(await this.erasures.confirm(userId, code)) };
  }

  @GrpcMethod('ErasureService', 'cancelErasure')
  async cancelErasure(request: CancelErasureRequest): Promise<CancelErasureResponse> {
    return { erasure: erasureMessage(await this.erasures.cancel(personBehind(request))) };
  }

  @GrpcMethod('ErasureService', 'getErasure')
  async getErasure(request: GetErasureRequest): Promise<GetErasureResponse> {
    return { erasure: erasureMessage(await this.erasures.ofPerson(personBehind(request))) };
  }

  @GrpcMethod('ErasureService', 'startErasure')
  async startErasure(request: StartErasureRequest): Promise<StartErasureResponse> {
    const { userId } = validRequest(personReferenceSchema, request);
    await this.audit.staffActs('erasure.started', [userId]);
    return { erasure: erasureMessage(await this.erasures.start(userId)) };
  }

  @GrpcMethod('ErasureService', 'listErasures')
  async listErasures(request: ListErasuresRequest): Promise<ListErasuresResponse> {
    const page = validRequest(erasurePageSchema, request);
    await this.audit.staffActs('staff.accessed', []);
    const { erasures, nextCursor } = await this.erasures.list(page);
    return { erasures: erasures.map(erasureMessage), nextCursor };
  }

  @GrpcMethod('ErasureService', 'showErasure')
  async showErasure(request: ShowErasureRequest): Promise<ShowErasureResponse> {
    const { erasureId } = validRequest(erasureReferenceSchema, request);
    await this.audit.staffActs('staff.accessed', [erasureId]);
    return { erasure: erasureMessage(await this.erasures.show(erasureId)) };
  }
}

/** Nobody asks for it on behalf of nobody. */
function personBehind(request: { actorUserId?: string }): string {
  const userId = actorOf(request);
  if (userId !== undefined) return userId;
  throw new RpcError('invalid_argument', 'actor_user_id is required: whose account it is', {
    field: 'actor_user_id',
  });
}
