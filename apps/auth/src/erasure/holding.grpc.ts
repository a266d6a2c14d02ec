import type {
  CloseAccountRequest,
  CloseAccountResponse,
  HoldAccountRequest,
  HoldAccountResponse,
  LiftHoldRequest,
  LiftHoldResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { erasureReferenceSchema } from './erasure.js';
import { HoldingService } from './holding.service.js';

@Controller()
export class HoldingGrpc {
  constructor(private readonly holding: HoldingService) {}

  @GrpcMethod('AuthService', 'holdAccount')
  holdAccount(request: HoldAccountRequest): Promise<HoldAccountResponse> {
    return this.holding.hold(validRequest(erasureReferenceSchema, request));
  }

  @GrpcMethod('AuthService', 'liftHold')
  async liftHold(request: LiftHoldRequest): Promise<LiftHoldResponse> {
    await this.holding.lift(validRequest(erasureReferenceSchema, request));
    return {};
  }

  @GrpcMethod('AuthService', 'closeAccount')
  async closeAccount(request: CloseAccountRequest): Promise<CloseAccountResponse> {
    await this.holding.close(validRequest(erasureReferenceSchema, request));
    return {};
  }
}
