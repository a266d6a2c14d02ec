import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import {
  Global,
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Config } from '../config.js';
import { AuthClient, TeamsClient } from './clients.js';

/** The services that retention asks, over mTLS. */
@Global()
@Module({})
export class ClientsModule implements OnApplicationShutdown {
  constructor(
    @Inject(AuthClient) private readonly auth: AuthClient,
    @Inject(TeamsClient) private readonly teams: TeamsClient,
  ) {}

  static forRoot(config: Config): DynamicModule {
    return {
      module: ClientsModule,
      providers: [
        {
          provide: AuthClient,
          useFactory: () => grpcClient(AuthServiceClient, config.AUTH_GRPC, config),
        },
        {
          provide: TeamsClient,
          useFactory: () => grpcClient(TeamsServiceClient, config.TEAMS_GRPC, config),
        },
      ],
      exports: [AuthClient, TeamsClient],
    };
  }

  onApplicationShutdown(): void {
    for (const client of [this.auth, this.teams]) client.close();
  }
}
