import { Module } from '@nestjs/common';
import { AccountPlansModule } from '../account-plans/account-plans.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ClosuresModule } from '../closures/closures.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { PlansModule } from '../plans/plans.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { Cancellations } from './cancellations.service.js';
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
    PlansModule,
    StripeModule,
  ],
  controllers: [SubscriptionsGrpc],
  providers: [Cancellations, SubscriptionsService, SubscriptionsRepository],
  exports: [Cancellations, SubscriptionsService],
})
export class SubscriptionsModule {}
