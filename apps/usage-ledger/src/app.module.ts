import { AccessModule } from '@modelbridge/access';
import { usageLedgerErasureCompleted } from '@modelbridge/contracts/events';
import { ErasureModule } from '@modelbridge/erasure';
import { KitModule } from '@modelbridge/service-kit/module';
import { Module, type DynamicModule } from '@nestjs/common';
import { ClaimsModule } from './claims/claims.module.js';
import type { Config } from './config.js';
import { ConfirmationsModule } from './confirmations/confirmations.module.js';
import { ErasingModule } from './erasure/erasing.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { OutstandingModule } from './outstanding/outstanding.module.js';
import { ProviderUsageModule } from './provider-usage/provider-usage.module.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { RecordingModule } from './recording/recording.module.js';
import { RequestsModule } from './requests/requests.module.js';
import { schema } from './schema.js';
import { SpendModule } from './spend/spend.module.js';
import { StatisticsModule } from './statistics/statistics.module.js';
import { WatermarksModule } from './watermarks/watermarks.module.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({
          name: 'usage-ledger',
          config,
          database: schema,
          nats: true,
        }),
        AccessModule.forRoot(config),
        ClaimsModule,
        ConfirmationsModule,
        ErasingModule,
        ErasureModule.forRoot(usageLedgerErasureCompleted),
        ExportsModule,
        OutstandingModule,
        ProviderUsageModule,
        ReconciliationModule,
        RecordingModule,
        RequestsModule,
        SpendModule,
        StatisticsModule.forRoot(config),
        WatermarksModule,
      ],
    };
  }
}
