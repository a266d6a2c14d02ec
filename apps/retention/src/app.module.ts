import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@modelbridge/access';
import { KitModule } from '@modelbridge/service-kit/module';
import { AuditModule } from './audit/audit.module.js';
import { ClientsModule } from './clients/clients.module.js';
import { ClockModule } from './clock/clock.module.js';
import type { Config } from './config.js';
import { ContentsModule } from './contents/contents.module.js';
import { ErasuresModule } from './erasures/erasures.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { KeyringModule } from './keyring/keyring.module.js';
import { LegalHoldsModule } from './legal-holds/legal-holds.module.js';
import { LifeModule } from './life/life.module.js';
import { ReadingModule } from './reading/reading.module.js';
import { ReceiptsModule } from './receipts/receipts.module.js';
import { OwnPartsModule } from './own-parts/own-parts.module.js';
import { RightsModule } from './rights/rights.module.js';
import { schema } from './schema.js';
import { SealingKeysModule } from './sealing-keys/sealing-keys.module.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    const erasures = ErasuresModule.forRoot(config);
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({ name: 'retention', config, database: schema, nats: true }),
        AccessModule.forRoot(config),
        ClientsModule.forRoot(config),
        ClockModule,
        AuditModule,
        erasures,
        OwnPartsModule,
        KeyringModule.forRoot(config),
        ReceiptsModule.forRoot(config),
        SealingKeysModule,
        ContentsModule,
        ReadingModule,
        LifeModule,
        LegalHoldsModule,
        ExportsModule.forRoot(config, erasures),
        RightsModule,
      ],
    };
  }
}
