import { Module } from '@nestjs/common';
import { PaymentsModule } from '../payments/payments.module.js';
import { ProviderCostsModule } from '../provider-costs/provider-costs.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { ReconciliationGrpc } from './reconciliation.grpc.js';
import { ReconciliationRepository } from './reconciliation.repository.js';
import { ReconciliationService } from './reconciliation.service.js';

@Module({
  imports: [PaymentsModule, ProviderCostsModule, StripeModule],
  controllers: [ReconciliationGrpc],
  providers: [ReconciliationService, ReconciliationRepository],
})
export class ReconciliationModule {}
