import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import {
  Global,
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Config } from '../config.js';

/** Injection token of the client of usage-ledger. */
export const USAGE_LEDGER = Symbol('USAGE_LEDGER');
export type UsageLedger = PromisifiedClient<UsageLedgerServiceClient>;

@Global()
@Module({})
export class UsageLedgerModule implements OnApplicationShutdown {
  constructor(@Inject(USAGE_LEDGER) private readonly usageLedger: UsageLedger) {}

  static forRoot(config: Config): DynamicModule {
    return {
      module: UsageLedgerModule,
      providers: [
        {
          provide: USAGE_LEDGER,
          useFactory: () =>
            grpcClient(UsageLedgerServiceClient, config.USAGE_LEDGER_GRPC, config, {
              serverName: 'usage-ledger',
            }),
        },
      ],
      exports: [USAGE_LEDGER],
    };
  }

  onApplicationShutdown(): void {
    this.usageLedger.close();
  }
}
