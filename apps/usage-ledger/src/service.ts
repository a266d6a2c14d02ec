import { UsageLedgerServiceService } from '@modelbridge/contracts/usage_ledger.v1';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';

/** usage-ledger as service-kit runs it. */
export function usageLedger(config: Config): ServiceOptions {
  return {
    name: 'usage-ledger',
    module: AppModule.forRoot(config),
    config,
    grpc: [{ name: 'usage_ledger.v1.UsageLedgerService', definition: UsageLedgerServiceService }],
  };
}
