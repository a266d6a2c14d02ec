import type {
  LiftRestrictionRequest,
  LiftRestrictionResponse,
  RestrictProcessingRequest,
  RestrictProcessingResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { userReferenceSchema } from '../users/user.js';
import { RestrictionsService } from './restrictions.service.js';

@Controller()
export class RestrictionsGrpc {
  constructor(private readonly restrictions: RestrictionsService) {}

  @GrpcMethod('AuthService', 'restrictProcessing')
  async restrictProcessing(
    request: RestrictProcessingRequest,
  ): Promise<RestrictProcessingResponse> {
    const { userId } = validRequest(userReferenceSchema, request);
    return { restrictedAt: await this.restrictions.restrict(userId) };
  }

  @GrpcMethod('AuthService', 'liftRestriction')
  async liftRestriction(request: LiftRestrictionRequest): Promise<LiftRestrictionResponse> {
    const { userId } = validRequest(userReferenceSchema, request);
    await this.restrictions.lift(userId);
    return {};
  }
}
