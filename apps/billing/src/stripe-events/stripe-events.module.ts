import { Module } from '@nestjs/common';
import { AutoRechargeModule } from '../auto-recharge/auto-recharge.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { TopUpsModule } from '../top-ups/top-ups.module.js';
import { StripeEventsGrpc } from './stripe-events.grpc.js';
import { StripeEventsRepository } from './stripe-events.repository.js';
import { StripeEventsService } from './stripe-events.service.js';

@Module({
  imports: [
    AutoRechargeModule,
    InvoicesModule,
    PaymentsModule,
    StripeModule,
    SubscriptionsModule,
    TopUpsModule,
  ],
  controllers: [StripeEventsGrpc],
  providers: [StripeEventsService, StripeEventsRepository],
  exports: [StripeEventsService],
})
export class StripeEventsModule {}
