import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import {
  Global,
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Config } from '../config.js';

/** Injection token of the client of auth. */
export const AUTH = Symbol('AUTH');
export type Auth = PromisifiedClient<AuthServiceClient>;

@Global()
@Module({})
export class AuthModule implements OnApplicationShutdown {
  constructor(@Inject(AUTH) private readonly auth: Auth) {}

  static forRoot(config: Config): DynamicModule {
    return {
      module: AuthModule,
      providers: [
        {
          provide: AUTH,
          useFactory: () =>
            grpcClient(AuthServiceClient, config.AUTH_GRPC, config, { serverName: 'auth' }),
        },
      ],
      exports: [AUTH],
    };
  }

  onApplicationShutdown(): void {
    this.auth.close();
  }
}
