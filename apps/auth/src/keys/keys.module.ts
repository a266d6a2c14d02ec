import { ModelNames } from '@modelbridge/access';
import { RoutingServiceClient } from '@modelbridge/contracts/routing.v1';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import { Module, type DynamicModule } from '@nestjs/common';
import type { AuthConfig } from '../config.js';
import { AuditModule } from '../audit/audit.module.js';
import { UsersModule } from '../users/users.module.js';
import { KeyAccess } from './key-access.service.js';
import { KeyActs } from './key-acts.service.js';
import { KeyChangesService } from './key-changes.service.js';
import { KeyUsedConsumer } from './key-used.consumer.js';
import { KeyUseService } from './key-use.service.js';
import { KeysGrpc } from './keys.grpc.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';
import { MemberRemovedConsumer } from './member-removed.consumer.js';
import { MembershipsRepository } from './memberships.repository.js';
import { TeamRestrictionsRepository } from './team-restrictions.repository.js';
import { TeamRestrictionsService } from './team-restrictions.service.js';
import { TeamSettingsConsumer } from './team-settings.consumer.js';

@Module({})
export class KeysModule {
  static forRoot(config: AuthConfig): DynamicModule {
    return {
      module: KeysModule,
      imports: [AuditModule, UsersModule],
      controllers: [KeysGrpc],
      providers: [
        KeyAccess,
        KeyActs,
        KeysService,
        KeyChangesService,
        KeyUseService,
        KeyUsedConsumer,
        KeysRepository,
        MembershipsRepository,
        MemberRemovedConsumer,
        TeamRestrictionsRepository,
        TeamRestrictionsService,
        TeamSettingsConsumer,
        {
          provide: ModelNames,
          useFactory: () =>
            new ModelNames(grpcClient(RoutingServiceClient, config.ROUTING_GRPC, config)),
        },
      ],
      exports: [KeysService, KeyChangesService],
    };
  }
}
