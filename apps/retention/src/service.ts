import { rpcCallers } from '@modelbridge/contracts/access';
import { ContentServiceService } from '@modelbridge/contracts/retention.v1/content';
import { LegalHoldServiceService } from '@modelbridge/contracts/retention.v1/legal-holds';
import { ReceiptServiceService } from '@modelbridge/contracts/retention.v1/receipts';
import { SupportGrantServiceService } from '@modelbridge/contracts/retention.v1/support-grants';
import { ErasureServiceService } from '@modelbridge/contracts/retention.v1/erasure';
import { ExportServiceService } from '@modelbridge/contracts/retention.v1/export';
import { RightsServiceService } from '@modelbridge/contracts/retention.v1/rights';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';

/** What a call of StoreContents may hold, and what is around it. */
const largestMessageBytes = 66 * 1024 * 1024;

/** The service as `main.ts` starts it and as the tests do. */
export function retentionService(config: Config): ServiceOptions {
  return {
    name: 'retention',
    module: AppModule.forRoot(config),
    config,
    grpcMessageBytes: largestMessageBytes,
    grpc: [
      {
        name: 'retention.v1.ContentService',
        definition: ContentServiceService,
        callers: rpcCallers['retention.v1.ContentService'],
      },
      {
        name: 'retention.v1.LegalHoldService',
        definition: LegalHoldServiceService,
        callers: rpcCallers['retention.v1.LegalHoldService'],
      },
      {
        name: 'retention.v1.ReceiptService',
        definition: ReceiptServiceService,
        callers: rpcCallers['retention.v1.ReceiptService'],
      },
      {
        name: 'retention.v1.SupportGrantService',
        definition: SupportGrantServiceService,
        callers: rpcCallers['retention.v1.SupportGrantService'],
      },
      {
        name: 'retention.v1.ErasureService',
        definition: ErasureServiceService,
        callers: rpcCallers['retention.v1.ErasureService'],
      },
      {
        name: 'retention.v1.ExportService',
        definition: ExportServiceService,
        callers: rpcCallers['retention.v1.ExportService'],
      },
      {
        name: 'retention.v1.RightsService',
        definition: RightsServiceService,
        callers: rpcCallers['retention.v1.RightsService'],
      },
    ],
  };
}
