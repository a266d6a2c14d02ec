import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import {
  Global,
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Config } from '../config.js';

/** Injection token of the client of billing. */
export const BILLING = Symbol('BILLING');
export type Billing = PromisifiedClient<BillingServiceClient>;

@Global()
@Module({})
export class BillingModule implements OnApplicationShutdown {
  constructor(@Inject(BILLING) private readonly billing: Billing) {}

  static forRoot(config: Config): DynamicModule {
    return {
      module: BillingModule,
      providers: [
        {
          provide: BILLING,
          useFactory: () =>
            grpcClient(BillingServiceClient, config.BILLING_GRPC, config, {
              serverName: 'billing',
            }),
        },
      ],
      exports: [BILLING],
    };
  }

  onApplicationShutdown(): void {
    this.billing.close();
  }
}
