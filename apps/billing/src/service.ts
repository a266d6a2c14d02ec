import { rpcCallers } from '@modelbridge/contracts/access';
import { BillingServiceService } from '@modelbridge/contracts/billing.v1';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { AppModule } from './app.module.js';
import { StaffReads } from './audit/staff-reads.service.js';
import type { BillingConfig } from './config.js';

/** The service as `main.ts` starts it and as the tests do. */
export function billingService(config: BillingConfig): ServiceOptions {
  return {
    name: 'billing',
    module: AppModule.forRoot(config),
    config,
    grpcInterceptors: [StaffReads],
    grpc: [
      {
        name: 'billing.v1.BillingService',
        definition: BillingServiceService,
        callers: rpcCallers['billing.v1.BillingService'],
      },
    ],
  };
}
