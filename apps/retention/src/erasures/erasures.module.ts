import { MailTransport } from '@modelbridge/mail';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config.js';
import { LifeModule } from '../life/life.module.js';
import { RightsModule } from '../rights/rights.module.js';
import { DeadlinesService } from './deadlines.service.js';
import { ErasureChecksRepository } from './erasure-checks.repository.js';
import { ErasureMailsRepository } from './erasure-mails.repository.js';
import { ErasureMailsService, MAIL_FROM } from './erasure-mails.service.js';
import { ErasureReceipts } from './erasure-receipts.service.js';
import { ErasureStepsService } from './erasure-steps.service.js';
import { ErasuresGrpc } from './erasures.grpc.js';
import { ErasuresRepository } from './erasures.repository.js';
import { ErasuresService } from './erasures.service.js';
import { OwnedTeamsService } from './owned-teams.service.js';
import { PartCompletedConsumer } from './part-completed.consumer.js';
import { PartsService } from './parts.service.js';
import { RequestedErasures } from './requested-erasures.service.js';
import { StaffAuditService } from './staff-audit.service.js';
import { UserDeletedConsumer } from './user-deleted.consumer.js';

@Module({})
export class ErasuresModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ErasuresModule,
      imports: [LifeModule, RightsModule],
      controllers: [ErasuresGrpc],
      providers: [
        { provide: MAIL_FROM, useValue: config.MAIL_FROM },
        { provide: MailTransport, useFactory: () => new MailTransport(config) },
        DeadlinesService,
        ErasureChecksRepository,
        ErasureMailsRepository,
        ErasureMailsService,
        ErasureReceipts,
        ErasuresRepository,
        ErasuresService,
        ErasureStepsService,
        OwnedTeamsService,
        PartCompletedConsumer,
        PartsService,
        RequestedErasures,
        StaffAuditService,
        UserDeletedConsumer,
      ],
      exports: [ErasuresService],
    };
  }
}
