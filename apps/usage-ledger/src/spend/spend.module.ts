import { Module } from '@nestjs/common';
import { SpendAccess } from './spend-access.service.js';
import { SpendGrpc } from './spend.grpc.js';
import { SpendRepository } from './spend.repository.js';
import { SpendService } from './spend.service.js';

@Module({
  controllers: [SpendGrpc],
  providers: [SpendService, SpendAccess, SpendRepository],
  exports: [SpendService],
})
export class SpendModule {}
