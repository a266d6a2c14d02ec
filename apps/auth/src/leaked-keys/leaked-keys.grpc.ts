import type {
  ReportLeakedKeysRequest,
  ReportLeakedKeysResponse,
} from '@modelbridge/contracts/auth.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { LeakedKeysService } from './leaked-keys.service.js';

@Controller()
export class LeakedKeysGrpc {
  constructor(private readonly leaked: LeakedKeysService) {}

  @GrpcMethod('AuthService', 'reportLeakedKeys')
  async reportLeakedKeys(request: ReportLeakedKeysRequest): Promise<ReportLeakedKeysResponse> {
    return { findings: await this.leaked.report(request) };
  }
}
