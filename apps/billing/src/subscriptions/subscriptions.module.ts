import { Module } from '@nestjs/common';
import { AccountPlansModule } from '../account-plans/account-plans.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ClosuresModule } from '../closures/closures.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { PlansModule } from '../plans/plans.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { Cancellations } from './cancellations.service.js';
import { PlanComparisonRepository } from './plan-comparison.repository.js';
import { PlanComparison } from './plan-comparison.service.js';
import { SecondSubscriptionsRepository } from './second-subscriptions.repository.js';
import { SecondSubscriptions } from './second-subscriptions.service.js';
import { SubscriptionsGrpc } from './subscriptions.grpc.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';

@Module({
  imports: [
    AccountPlansModule,
    AuditModule,
    ClosuresModule,
    CustomersModule,
    NoticesModule,
    PaymentsModule,
    PlansModule,
    StripeModule,
  ],
  controllers: [SubscriptionsGrpc],
  providers: [
    Cancellations,
    PlanComparison,
    PlanComparisonRepository,
    SecondSubscriptions,
    SecondSubscriptionsRepository,
    SubscriptionsService,
    SubscriptionsRepository,
  ],
  exports: [Cancellations, PlanComparison, SubscriptionsService],
})
export class SubscriptionsModule {}
