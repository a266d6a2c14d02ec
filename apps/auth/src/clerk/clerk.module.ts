import { Database } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Module, type DynamicModule } from '@nestjs/common';
import type { AuthConfig } from '../config.js';
import { AuditModule } from '../audit/audit.module.js';
import { MirrorService } from '../users/mirror.service.js';
import { UsersModule } from '../users/users.module.js';
import { ClerkGrpc } from './clerk.grpc.js';
import { ClerkRepository } from './clerk.repository.js';
import { ClerkService } from './clerk.service.js';
import { ComparisonRepository } from './comparison.repository.js';
import { ComparisonService } from './comparison.service.js';
import { DeparturesService } from './departures.service.js';
import { OpenSessions } from './open-sessions.service.js';
import { SessionEnds } from './session-ends.service.js';
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
        DeparturesService,
        SessionEnds,
        OpenSessions,
        ComparisonRepository,
        {
          provide: ComparisonService,
          inject: [Database, ComparisonRepository, MirrorService, DeparturesService, Logger],
          useFactory: (
            database: Database,
            repository: ComparisonRepository,
            mirror: MirrorService,
            departures: DeparturesService,
            logger: Logger,
          ) =>
            new ComparisonService(
              database,
              clerk,
              repository,
              mirror,
              departures,
              logger,
              config.CLERK_COMPARE_HOURS,
            ),
        },
      ],
      exports: [ClerkService, DeparturesService, SessionEnds],
    };
  }
}
