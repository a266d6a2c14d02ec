import { Module } from '@nestjs/common';
import { TeamsModule } from '../teams/teams.module.js';
import { InvitationMails } from './invitation-mails.service.js';
import { InvitationsGrpc } from './invitations.grpc.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationsService } from './invitations.service.js';
import { ReceivedService } from './received.service.js';

@Module({
  imports: [TeamsModule],
  controllers: [InvitationsGrpc],
  providers: [InvitationMails, InvitationsService, ReceivedService, InvitationsRepository],
  exports: [InvitationsService],
})
export class InvitationsModule {}
