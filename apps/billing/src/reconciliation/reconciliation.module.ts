import { Module } from '@nestjs/common';
import { PaymentsModule } from '../payments/payments.module.js';
import { ProviderCostsModule } from '../provider-costs/provider-costs.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { StripeEventsModule } from '../stripe-events/stripe-events.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { PlanDifferences } from './plan-differences.service.js';
import { ReconciliationGrpc } from './reconciliation.grpc.js';
import { ReconciliationRepository } from './reconciliation.repository.js';
import { ReconciliationService } from './reconciliation.service.js';

@Module({
  imports: [
    PaymentsModule,
    ProviderCostsModule,
    StripeEventsModule,
    StripeModule,
    SubscriptionsModule,
  ],
  controllers: [ReconciliationGrpc],
  providers: [PlanDifferences, ReconciliationService, ReconciliationRepository],
})
export class ReconciliationModule {}
