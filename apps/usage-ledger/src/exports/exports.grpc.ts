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
import { exportQuerySchema, type ExportFormat } from './export-query.js';
import { ExportsAccess } from './exports-access.service.js';
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
    private readonly access: ExportsAccess,
  ) {}

  @GrpcMethod('UsageLedgerService', 'exportUsage')
  async exportUsage(
    @Payload() request: ExportUsageRequest,
    @Call() call: StreamCall,
  ): Promise<Observable<ExportUsageResponse>> {
    const asked = validRequest(exportQuerySchema, { ...request, format: formatOf[request.format] });
    const query = await this.access.query(actorOf(request), asked);
    return paced(call, this.exports.file(query));
  }
}
