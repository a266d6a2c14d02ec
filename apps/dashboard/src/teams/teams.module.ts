import { Module } from '@nestjs/common';
import { InvitationsController } from './invitations.controller.js';
import { MembersController } from './members.controller.js';
import { TeamsController } from './teams.controller.js';

@Module({ controllers: [InvitationsController, MembersController, TeamsController] })
export class TeamsModule {}
