import { Module, type DynamicModule } from '@nestjs/common';
import type { AuthConfig } from '../config.js';
import { AuditModule } from '../audit/audit.module.js';
import { UsersModule } from '../users/users.module.js';
import { ClerkGrpc } from './clerk.grpc.js';
import { ClerkRepository } from './clerk.repository.js';
import { ClerkService } from './clerk.service.js';
import { SessionsService } from './sessions.service.js';
import { WebhooksService } from './webhooks.service.js';

@Module({})
export class ClerkModule {
  static forRoot(config: AuthConfig, keys: DynamicModule): DynamicModule {
    const clerk = new ClerkService({
      secretKey: config.CLERK_SECRET_KEY,
      publishableKey: config.CLERK_PUBLISHABLE_KEY,
      webhookSecret: config.CLERK_WEBHOOK_SECRET,
      apiUrl: config.CLERK_API_URL,
      authorizedParties: config.CLERK_AUTHORIZED_PARTIES,
    });
    return {
      module: ClerkModule,
      imports: [AuditModule, UsersModule, keys],
      controllers: [ClerkGrpc],
      providers: [
        { provide: ClerkService, useValue: clerk },
        ClerkRepository,
        SessionsService,
        WebhooksService,
      ],
    };
  }
}
