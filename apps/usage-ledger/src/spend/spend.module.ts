import { Module } from '@nestjs/common';
import { ErasedSpendRepository } from './erased-spend.repository.js';
import { ErasedSpendService } from './erased-spend.service.js';
import { SpendAccess } from './spend-access.service.js';
import { SpendGrpc } from './spend.grpc.js';
import { SpendRepository } from './spend.repository.js';
import { SpendService } from './spend.service.js';

@Module({
  controllers: [SpendGrpc],
  providers: [
    SpendService,
    SpendAccess,
    SpendRepository,
    ErasedSpendService,
    ErasedSpendRepository,
  ],
  exports: [SpendService, ErasedSpendService],
})
export class SpendModule {}
