import { Module } from '@nestjs/common';
import { BookModule } from '../book/book.module.js';
import { AllowancesGrpc } from './allowances.grpc.js';
import { AllowancesRepository } from './allowances.repository.js';
import { AllowancesService } from './allowances.service.js';
import { OutstandingService } from './outstanding.service.js';
import { OverdueService } from './overdue.service.js';
import { RecallService } from './recall.service.js';

@Module({
  imports: [BookModule],
  controllers: [AllowancesGrpc],
  providers: [
    AllowancesService,
    AllowancesRepository,
    OutstandingService,
    OverdueService,
    RecallService,
  ],
  exports: [RecallService, AllowancesService, OverdueService],
})
export class AllowancesModule {}
