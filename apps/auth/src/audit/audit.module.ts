import { Module } from '@nestjs/common';
import { ActPerformedConsumer } from './act-performed.consumer.js';
import { AuditGrpc } from './audit.grpc.js';
import { AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';

@Module({
  controllers: [AuditGrpc],
  providers: [AuditService, AuditRepository, ActPerformedConsumer],
  exports: [AuditService],
})
export class AuditModule {}
