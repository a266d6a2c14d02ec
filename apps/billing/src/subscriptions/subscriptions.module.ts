import { Module } from '@nestjs/common';
import { AccountPlansModule } from '../account-plans/account-plans.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { PlansModule } from '../plans/plans.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SubscriptionsGrpc } from './subscriptions.grpc.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';

@Module({
  imports: [AccountPlansModule, CustomersModule, NoticesModule, PlansModule, StripeModule],
  controllers: [SubscriptionsGrpc],
  providers: [SubscriptionsService, SubscriptionsRepository],
  exports: [SubscriptionsService],
})
export class SubscriptionsModule {}
