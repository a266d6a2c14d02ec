import { AuthServiceService } from '@modelbridge/contracts/auth.v1';
import { KitModule } from '@modelbridge/service-kit/module';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { Module, type DynamicModule } from '@nestjs/common';
import type { AuthConfig } from './config.js';
import { KeyEntity } from './keys/key.entity.js';
import { KeysGrpc } from './keys/keys.grpc.js';
import { KeysRepository } from './keys/keys.repository.js';
import { KeysService } from './keys/keys.service.js';
import { UserEntity } from './users/user.entity.js';
import { UsersGrpc } from './users/users.grpc.js';
import { UsersRepository } from './users/users.repository.js';
import { UsersService } from './users/users.service.js';

const name = 'auth';

@Module({
  controllers: [UsersGrpc, KeysGrpc],
  providers: [UsersService, UsersRepository, KeysService, KeysRepository],
})
export class AppModule {
  static forRoot(config: AuthConfig): DynamicModule {
    const migrationsDir = new URL('../migrations/', import.meta.url);
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({
          name,
          config,
          database: { migrationsDir, entities: [UserEntity, KeyEntity] },
          nats: true,
        }),
      ],
    };
  }
}

/** The whole service, as `main` and the tests run it. */
export function authService(config: AuthConfig): ServiceOptions {
  return {
    name,
    module: AppModule.forRoot(config),
    config,
    grpc: [{ name: 'auth.v1.AuthService', definition: AuthServiceService }],
  };
}
