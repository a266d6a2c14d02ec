import { rpcCallers } from '@modelbridge/contracts/access';
import { UsageLedgerServiceService } from '@modelbridge/contracts/usage_ledger.v1';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';

/** The service as `main.ts` starts it and as the tests do. */
export function usageLedgerService(config: Config): ServiceOptions {
  return {
    name: 'usage-ledger',
    module: AppModule.forRoot(config),
    config,
    grpc: [
      {
        name: 'usage_ledger.v1.UsageLedgerService',
        definition: UsageLedgerServiceService,
        callers: rpcCallers['usage_ledger.v1.UsageLedgerService'],
      },
    ],
  };
}
