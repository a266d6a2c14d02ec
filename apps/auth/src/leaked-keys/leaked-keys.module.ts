import { Module, type DynamicModule } from '@nestjs/common';
import type { AuthConfig } from '../config.js';
import { LeakedKeysGrpc } from './leaked-keys.grpc.js';
import { GITHUB_KEYS, LeakedKeysService } from './leaked-keys.service.js';

@Module({})
export class LeakedKeysModule {
  static forRoot(config: AuthConfig, keys: DynamicModule): DynamicModule {
    return {
      module: LeakedKeysModule,
      imports: [keys],
      controllers: [LeakedKeysGrpc],
      providers: [
        { provide: GITHUB_KEYS, useValue: config.GITHUB_SECRET_SCANNING_KEYS },
        LeakedKeysService,
      ],
    };
  }
}
