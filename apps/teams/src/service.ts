import { rpcCallers } from '@modelbridge/contracts/access';
import { TeamsServiceService } from '@modelbridge/contracts/teams.v1';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';

/** The service as `main.ts` starts it and as the tests do. */
export function teamsService(config: Config): ServiceOptions {
  return {
    name: 'teams',
    module: AppModule.forRoot(config),
    config,
    grpc: [
      {
        name: 'teams.v1.TeamsService',
        definition: TeamsServiceService,
        callers: rpcCallers['teams.v1.TeamsService'],
      },
    ],
  };
}
