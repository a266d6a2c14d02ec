import { Module } from '@nestjs/common';
import { SupportGrantsGrpc } from './support-grants.grpc.js';
import { SupportGrantsRepository } from './support-grants.repository.js';
import { SupportGrantsService } from './support-grants.service.js';

@Module({
  controllers: [SupportGrantsGrpc],
  providers: [SupportGrantsService, SupportGrantsRepository],
  exports: [SupportGrantsService],
})
export class SupportGrantsModule {}
