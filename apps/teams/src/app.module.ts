import { teamsErasureCompleted } from '@modelbridge/contracts/events';
import { ErasureModule } from '@modelbridge/erasure';
import { MailModule } from '@modelbridge/mail';
import { Module, type DynamicModule } from '@nestjs/common';
import { KitModule } from '@modelbridge/service-kit/module';
import { AuditReportEntity } from './audit/audit-report.entity.js';
import { ClientsModule } from './clients/clients.module.js';
import { TEAMS_CONFIG, type Config } from './config.js';
import { ErasingModule } from './erasure/erasing.module.js';
import { InvitationEntity } from './invitations/invitation.entity.js';
import { InvitationsModule } from './invitations/invitations.module.js';
import { schema } from './schema.js';
import { MemberEntity } from './teams/member.entity.js';
import { TeamEntity } from './teams/team.entity.js';
import { TeamsModule } from './teams/teams.module.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      global: true,
      module: AppModule,
      imports: [
        KitModule.forRoot({
          name: 'teams',
          config,
          database: {
            ...schema,
            entities: [TeamEntity, MemberEntity, InvitationEntity, AuditReportEntity],
          },
          nats: true,
        }),
        MailModule.forRoot(config),
        ClientsModule.forRoot(config),
        ErasureModule.forRoot(teamsErasureCompleted),
        ErasingModule,
        TeamsModule,
        InvitationsModule,
      ],
      providers: [{ provide: TEAMS_CONFIG, useValue: config }],
      exports: [TEAMS_CONFIG],
    };
  }
}
