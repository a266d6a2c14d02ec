import { Module } from '@nestjs/common';
import { DaysModule } from '../days/days.module.js';
import { ContentsGrpc } from './contents.grpc.js';
import { ContentsRepository } from './contents.repository.js';
import { ContentsService } from './contents.service.js';
import { ErasedAuthors } from './erased-authors.service.js';
import { HoldingsRepository } from './holdings.repository.js';
import { HoldingsService } from './holdings.service.js';

@Module({
  imports: [DaysModule],
  controllers: [ContentsGrpc],
  providers: [
    ContentsService,
    ContentsRepository,
    ErasedAuthors,
    HoldingsService,
    HoldingsRepository,
  ],
  exports: [HoldingsService],
})
export class ContentsModule {}
