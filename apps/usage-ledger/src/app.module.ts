import { KitModule } from '@modelbridge/service-kit/module';
import { Module, type DynamicModule } from '@nestjs/common';
import { ClaimsSweeper } from './claims/claims-sweeper.service.js';
import { ClaimsGrpc } from './claims/claims.grpc.js';
import { ClaimsRepository } from './claims/claims.repository.js';
import { ClaimsService } from './claims/claims.service.js';
import type { Config } from './config.js';
import { PartitionsRepository } from './recording/partitions.repository.js';
import { PartitionsService } from './recording/partitions.service.js';
import { RecordingRepository } from './recording/recording.repository.js';
import { RecordingService } from './recording/recording.service.js';
import { RequestCompletedConsumer } from './recording/request-completed.consumer.js';
import { RequestsGrpc } from './requests/requests.grpc.js';
import { RequestsRepository } from './requests/requests.repository.js';
import { RequestsService } from './requests/requests.service.js';
import { ChargePostedConsumer } from './settlement/charge-posted.consumer.js';
import { SettlementGrpc } from './settlement/settlement.grpc.js';
import { SettlementCountsRepository } from './settlement/settlement-counts.repository.js';
import { SettlementRepository } from './settlement/settlement.repository.js';
import { SettlementService } from './settlement/settlement.service.js';
import { WatermarkAnnouncer } from './settlement/watermark-announcer.service.js';
import { SpendGrpc } from './spend/spend.grpc.js';
import { SpendRepository } from './spend/spend.repository.js';
import { SpendService } from './spend/spend.service.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({
          name: 'usage-ledger',
          config,
          database: { migrationsDir: new URL('../migrations/', import.meta.url) },
          nats: true,
        }),
      ],
      controllers: [ClaimsGrpc, RequestsGrpc, SettlementGrpc, SpendGrpc],
      providers: [
        ChargePostedConsumer,
        ClaimsRepository,
        ClaimsService,
        ClaimsSweeper,
        PartitionsRepository,
        PartitionsService,
        RecordingRepository,
        RecordingService,
        RequestCompletedConsumer,
        RequestsRepository,
        RequestsService,
        SettlementCountsRepository,
        SettlementRepository,
        SettlementService,
        SpendRepository,
        SpendService,
        WatermarkAnnouncer,
      ],
    };
  }
}
