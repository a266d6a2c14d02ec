import { authErasureCompleted } from '@modelbridge/contracts/events';
import { ErasureModule } from '@modelbridge/erasure';
import { KitModule } from '@modelbridge/service-kit/module';
import { MailModule } from '@modelbridge/mail';
import { Module, type DynamicModule } from '@nestjs/common';
import { AUTH_CONFIG, type AuthConfig } from './config.js';
import { AnnouncementsModule } from './announcements/announcements.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AccessModule } from './access/access.module.js';
import { ClerkModule } from './clerk/clerk.module.js';
import { ErasingModule } from './erasure/erasing.module.js';
import { KeyEntity } from './keys/key.entity.js';
import { KeysModule } from './keys/keys.module.js';
import { ConsentsModule } from './consents/consents.module.js';
import { RestrictionsModule } from './restrictions/restrictions.module.js';
import { ConsentEntity } from './users/consent.entity.js';
import { ManagementWritesModule } from './management-writes/writes.module.js';
import { LeakedKeysModule } from './leaked-keys/leaked-keys.module.js';
import { schema } from './schema.js';
import { UserEntity } from './users/user.entity.js';
import { UsersModule } from './users/users.module.js';

@Module({})
export class AppModule {
  static forRoot(config: AuthConfig): DynamicModule {
    const keys = KeysModule.forRoot(config);
    const clerk = ClerkModule.forRoot(config, keys);
    return {
      global: true,
      module: AppModule,
      imports: [
        KitModule.forRoot({
          name: 'auth',
          config,
          database: {
            ...schema,
            entities: [UserEntity, ConsentEntity, KeyEntity],
          },
          nats: true,
        }),
        MailModule.forRoot(config),
        AuditModule,
        AccessModule.forRoot(config),
        clerk,
        ErasingModule.forRoot(clerk, keys),
        ErasureModule.forRoot(authErasureCompleted),
        keys,
        LeakedKeysModule.forRoot(config, keys),
        ManagementWritesModule,
        AnnouncementsModule,
        ConsentsModule,
        RestrictionsModule.forRoot(keys),
        UsersModule,
      ],
      providers: [{ provide: AUTH_CONFIG, useValue: config }],
      exports: [AUTH_CONFIG],
    };
  }
}
