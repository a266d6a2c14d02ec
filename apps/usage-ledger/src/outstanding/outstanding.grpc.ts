import type {
  ListOutstandingResponse,
  ReportUnsettledRequest,
  ReportUnsettledResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { reportSchema } from './outstanding.js';
import { OutstandingService } from './outstanding.service.js';

@Controller()
export class OutstandingGrpc {
  constructor(private readonly outstanding: OutstandingService) {}

  @GrpcMethod('UsageLedgerService', 'reportUnsettled')
  async reportUnsettled(request: ReportUnsettledRequest): Promise<ReportUnsettledResponse> {
    await this.outstanding.report(validRequest(reportSchema, request).epochs);
    return {};
  }

  @GrpcMethod('UsageLedgerService', 'listOutstanding')
  listOutstanding(): Promise<ListOutstandingResponse> {
    return this.outstanding.list();
  }
}
