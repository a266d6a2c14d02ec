import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import { KitModule } from '@modelbridge/service-kit/module';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from './config.js';
import { RequestRecordedConsumer } from './spend/request-recorded.consumer.js';
import { SpendController } from './spend/spend.controller.js';
import { SpendRepository } from './spend/spend.repository.js';
import { SpendService, USAGE_LEDGER, type UsageLedger } from './spend/spend.service.js';

@Module({})
export class AppModule implements OnApplicationShutdown {
  constructor(@Inject(USAGE_LEDGER) private readonly usageLedger: UsageLedger) {}

  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({
          name: 'usage-consumer',
          config,
          database: { migrationsDir: new URL('../migrations/', import.meta.url) },
          nats: true,
        }),
      ],
      controllers: [SpendController],
      providers: [
        RequestRecordedConsumer,
        SpendRepository,
        SpendService,
        {
          provide: USAGE_LEDGER,
          useFactory: () => grpcClient(UsageLedgerServiceClient, config.USAGE_LEDGER_GRPC, config),
        },
      ],
    };
  }

  onApplicationShutdown(): void {
    this.usageLedger.close();
  }
}
