import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@modelbridge/access';
import { billingErasureCompleted } from '@modelbridge/contracts/events';
import { ErasureModule } from '@modelbridge/erasure';
import { KitModule } from '@modelbridge/service-kit/module';
import { AccountWebhooksModule } from './account-webhooks/account-webhooks.module.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { AccountClosingModule } from './account-closing/account-closing.module.js';
import { AccountPlansModule } from './account-plans/account-plans.module.js';
import { AllowancesModule } from './allowances/allowances.module.js';
import { ChargesModule } from './charges/charges.module.js';
import { AutoRechargeModule } from './auto-recharge/auto-recharge.module.js';
import { BILLING_CONFIG, type BillingConfig } from './config.js';
import { CorrectionsModule } from './corrections/corrections.module.js';
import { ErasingModule } from './erasure/erasing.module.js';
import { GrantsModule } from './grants/grants.module.js';
import { InvariantsModule } from './invariants/invariants.module.js';
import { PromoCodesModule } from './promo-codes/promo-codes.module.js';
import { LimitsModule } from './limits/limits.module.js';
import { NoticeMailsModule } from './notice-mails/notice-mails.module.js';
import { InvoicesModule } from './invoices/invoices.module.js';
import { PaymentsModule } from './payments/payments.module.js';
import { ProviderCostsModule } from './provider-costs/provider-costs.module.js';
import { PruningModule } from './pruning/pruning.module.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { schema } from './schema.js';
import { StripeEventsModule } from './stripe-events/stripe-events.module.js';
import { TopUpsModule } from './top-ups/top-ups.module.js';

@Global()
@Module({})
export class AppModule {
  static forRoot(config: BillingConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({
          name: 'billing',
          config,
          database: schema,
          nats: true,
        }),
        AccessModule.forRoot(config),
        AccountsModule,
        AccountWebhooksModule,
        AccountClosingModule,
        AccountPlansModule,
        AllowancesModule,
        ChargesModule,
        CorrectionsModule,
        ErasingModule,
        ErasureModule.forRoot(billingErasureCompleted),
        GrantsModule,
        InvariantsModule,
        AutoRechargeModule,
        LimitsModule,
        PromoCodesModule,
        NoticeMailsModule,
        InvoicesModule,
        PaymentsModule,
        ProviderCostsModule,
        PruningModule,
        ReconciliationModule,
        StripeEventsModule,
        TopUpsModule,
      ],
      providers: [{ provide: BILLING_CONFIG, useValue: config }],
      exports: [BILLING_CONFIG],
    };
  }
}
