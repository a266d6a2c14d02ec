import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import {
  Global,
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Config } from '../config.js';
import { AuthClient } from './clients.js';

/** The services that retention asks, over mTLS. */
@Global()
@Module({})
export class ClientsModule implements OnApplicationShutdown {
  constructor(@Inject(AuthClient) private readonly auth: AuthClient) {}

  static forRoot(config: Config): DynamicModule {
    const clients = [
      {
        provide: AuthClient,
        useFactory: () => grpcClient(AuthServiceClient, config.AUTH_GRPC, config),
      },
    ];
    return { module: ClientsModule, providers: clients, exports: clients };
  }

  onApplicationShutdown(): void {
    this.auth.close();
  }
}
