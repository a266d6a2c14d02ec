import { Module, type DynamicModule } from '@nestjs/common';
import type { AuthConfig } from '../config.js';
import { UsersModule } from '../users/users.module.js';
import { LeakMails } from './leak-mails.service.js';
import { LeakedKeysGrpc } from './leaked-keys.grpc.js';
import { GITHUB_KEYS, LeakedKeysService } from './leaked-keys.service.js';

@Module({})
export class LeakedKeysModule {
  static forRoot(config: AuthConfig, keys: DynamicModule): DynamicModule {
    return {
      module: LeakedKeysModule,
      imports: [keys, UsersModule],
      controllers: [LeakedKeysGrpc],
      providers: [
        { provide: GITHUB_KEYS, useValue: config.GITHUB_SECRET_SCANNING_KEYS },
        LeakMails,
        LeakedKeysService,
      ],
    };
  }
}
