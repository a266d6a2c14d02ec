import { Module } from '@nestjs/common';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import { StripeService } from './stripe.service.js';

@Module({
  providers: [
    {
      provide: StripeService,
      inject: [BILLING_CONFIG],
      useFactory: (config: BillingConfig) =>
        new StripeService({
          secretKey: config.STRIPE_SECRET_KEY,
          webhookSecret: config.STRIPE_WEBHOOK_SECRET,
          apiBase: config.STRIPE_API_BASE,
          appUrl: config.APP_URL,
        }),
    },
  ],
  exports: [StripeService],
})
export class StripeModule {}
