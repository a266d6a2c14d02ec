import { Module } from '@nestjs/common';
import { SpendGrpc } from './spend.grpc.js';
import { SpendRepository } from './spend.repository.js';
import { SpendService } from './spend.service.js';

@Module({
  controllers: [SpendGrpc],
  providers: [SpendService, SpendRepository],
  exports: [SpendService],
})
export class SpendModule {}
