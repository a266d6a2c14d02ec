import { AccountAccess, TeamStandings } from '@modelbridge/access';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { AuthConfig } from '../config.js';
import { UsersModule } from '../users/users.module.js';
import { UsersService } from '../users/users.service.js';
import { TeamKeyLimits } from './team-key-limits.service.js';

/** What people may do with keys and accounts, by the accounts that are here and what teams says. */
@Module({})
export class AccessModule implements OnApplicationShutdown {
  constructor(
    @Inject(TeamStandings) private readonly teams: TeamStandings,
    @Inject(TeamKeyLimits) private readonly limits: TeamKeyLimits,
  ) {}

  static forRoot(config: AuthConfig): DynamicModule {
    return {
      global: true,
      module: AccessModule,
      imports: [UsersModule],
      providers: [
        { provide: TeamStandings, useValue: new TeamStandings(config.TEAMS_GRPC, config) },
        { provide: TeamKeyLimits, useValue: new TeamKeyLimits(config.BILLING_GRPC, config) },
        {
          provide: AccountAccess,
          inject: [TeamStandings, UsersService],
          useFactory: (teams: TeamStandings, users: UsersService) =>
            new AccountAccess({
              accountOf: (userId) => users.accountOf(userId),
              standingOf: (userId, accountId) => teams.standingOf(userId, accountId),
            }),
        },
      ],
      exports: [AccountAccess, TeamKeyLimits, TeamStandings],
    };
  }

  onApplicationShutdown(): void {
    this.teams.close();
    this.limits.close();
  }
}
