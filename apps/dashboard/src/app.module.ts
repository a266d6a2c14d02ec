import { Module, type DynamicModule } from '@nestjs/common';
import { KitModule } from '@modelbridge/service-kit/module';
import type { Config } from './config.js';
import { AuthModule } from './auth/auth.module.js';
import { BillingModule } from './billing/billing.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { UnsubscribeController } from './notices/unsubscribe.controller.js';
import { PoliciesController } from './policies/policies.controller.js';
import { StatusController } from './status/status.controller.js';
import { UsageLedgerModule } from './usage-ledger/usage-ledger.module.js';
import { HomeController } from './home/home.controller.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({ name: 'dashboard', config }),
        AuthModule.forRoot(config),
        BillingModule.forRoot(config),
        UsageLedgerModule.forRoot(config),
        WebhooksModule,
      ],
      controllers: [HomeController, PoliciesController, StatusController, UnsubscribeController],
    };
  }
}
