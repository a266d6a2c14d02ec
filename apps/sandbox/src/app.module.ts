import { type DynamicModule, Global, Module } from '@nestjs/common';
import { KitModule } from '@modelbridge/service-kit/module';
import { SANDBOX_CONFIG, type SandboxConfig } from './config.js';
import { ClerkModule } from './clerk/clerk.module.js';
import { MailboxModule } from './mailbox/mailbox.module.js';
import { ProvidersModule } from './providers/providers.module.js';
import { StripeModule } from './stripe/stripe.module.js';
import { VaultModule } from './vault/vault.module.js';

@Global()
@Module({})
export class AppModule {
  static forRoot(config: SandboxConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({ name: 'sandbox', config }),
        ProvidersModule,
        ClerkModule,
        StripeModule,
        MailboxModule,
        VaultModule,
      ],
      providers: [{ provide: SANDBOX_CONFIG, useValue: config }],
      exports: [SANDBOX_CONFIG],
    };
  }
}
