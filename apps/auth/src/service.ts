import { rpcCallers } from '@modelbridge/contracts/access';
import { AuthServiceService } from '@modelbridge/contracts/auth.v1';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { AppModule } from './app.module.js';
import type { AuthConfig } from './config.js';

/** The service as `main.ts` starts it and as the tests do. */
export function authService(config: AuthConfig): ServiceOptions {
  return {
    name: 'auth',
    module: AppModule.forRoot(config),
    config,
    grpc: [
      {
        name: 'auth.v1.AuthService',
        definition: AuthServiceService,
        callers: rpcCallers['auth.v1.AuthService'],
      },
    ],
  };
}
