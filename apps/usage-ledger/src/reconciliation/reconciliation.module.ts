import { Module } from '@nestjs/common';
import { ReconciliationGrpc } from './reconciliation.grpc.js';
import { ReconciliationRepository } from './reconciliation.repository.js';
import { ReconciliationService } from './reconciliation.service.js';

@Module({
  controllers: [ReconciliationGrpc],
  providers: [ReconciliationService, ReconciliationRepository],
})
export class ReconciliationModule {}
