import { Module } from '@nestjs/common';
import { ErasedGrants } from './erased-grants.service.js';
import { SupportGrantsGrpc } from './support-grants.grpc.js';
import { SupportGrantsRepository } from './support-grants.repository.js';
import { SupportGrantsService } from './support-grants.service.js';

@Module({
  controllers: [SupportGrantsGrpc],
  providers: [ErasedGrants, SupportGrantsService, SupportGrantsRepository],
  exports: [SupportGrantsService],
})
export class SupportGrantsModule {}
