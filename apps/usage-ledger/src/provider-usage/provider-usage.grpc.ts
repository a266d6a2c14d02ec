import type {
  ListProviderUsageRequest,
  ListProviderUsageResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { providerUsageQuerySchema } from './provider-usage.js';
import { ProviderUsageService } from './provider-usage.service.js';

@Controller()
export class ProviderUsageGrpc {
  constructor(private readonly usage: ProviderUsageService) {}

  @GrpcMethod('UsageLedgerService', 'listProviderUsage')
  async listProviderUsage(request: ListProviderUsageRequest): Promise<ListProviderUsageResponse> {
    return { usage: await this.usage.list(validRequest(providerUsageQuerySchema, request)) };
  }
}
