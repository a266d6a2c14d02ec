import { Module } from '@nestjs/common';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import { STRIPE, STRIPE_SETTINGS, stripeClient, type StripeSettings } from './client.js';
import { StripeCharges } from './stripe-charges.service.js';
import { StripeCheckouts } from './stripe-checkouts.service.js';
import { StripeInvoices } from './stripe-invoices.service.js';
import { StripeMovements } from './stripe-movements.service.js';
import { StripeService } from './stripe.service.js';
import { StripeCustomers } from './stripe-customers.service.js';
import { StripeSubscriptions } from './stripe-subscriptions.service.js';

@Module({
  providers: [
    {
      provide: STRIPE_SETTINGS,
      inject: [BILLING_CONFIG],
      useFactory: (config: BillingConfig): StripeSettings => ({
        secretKey: config.STRIPE_SECRET_KEY,
        webhookSecret: config.STRIPE_WEBHOOK_SECRET,
        apiBase: config.STRIPE_API_BASE,
        appUrl: config.APP_URL,
        tax: config.STRIPE_TAX,
      }),
    },
    { provide: STRIPE, inject: [STRIPE_SETTINGS], useFactory: stripeClient },
    StripeCharges,
    StripeCheckouts,
    StripeCustomers,
    StripeInvoices,
    StripeMovements,
    StripeService,
    StripeSubscriptions,
  ],
  exports: [
    StripeCharges,
    StripeCheckouts,
    StripeCustomers,
    StripeInvoices,
    StripeMovements,
    StripeService,
    StripeSubscriptions,
  ],
})
export class StripeModule {}
