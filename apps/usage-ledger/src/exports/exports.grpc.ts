import { actorOf } from '@modelbridge/access';
import {
  UsageExportFormat,
  type ExportUsageRequest,
  type ExportUsageResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { Call, paced, validRequest, type StreamCall } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { readFilter } from '../requests/read-filter.js';
import { RequestAccess } from '../requests/request-access.service.js';
import { exportQuerySchema, type ExportFormat } from './export-query.js';
import { ExportsService } from './exports.service.js';

const formatOf: Record<UsageExportFormat, ExportFormat | undefined> = {
  [UsageExportFormat.UNSPECIFIED]: undefined,
  [UsageExportFormat.CSV]: 'csv',
  [UsageExportFormat.JSONL]: 'jsonl',
  [UsageExportFormat.PARQUET]: 'parquet',
  [UsageExportFormat.UNRECOGNIZED]: undefined,
};

@Controller()
export class ExportsGrpc {
  constructor(
    private readonly exports: ExportsService,
    private readonly access: RequestAccess,
  ) {}

  @GrpcMethod('UsageLedgerService', 'exportUsage')
  async exportUsage(
    @Payload() request: ExportUsageRequest,
    @Call() call: StreamCall,
  ): Promise<Observable<ExportUsageResponse>> {
    const asked = validRequest(exportQuerySchema, { ...request, format: formatOf[request.format] });
    const filter = readFilter(request.filter);
    const query = await this.access.scope('exportUsage', actorOf(request), { ...asked, filter });
    return paced(call, this.exports.file(query));
  }
}
