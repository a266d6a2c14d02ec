import { Erasures, type ErasedPerson } from '@modelbridge/erasure';
import { Mails } from '@modelbridge/mail';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import { InvitationsService } from '../invitations/invitations.service.js';
import { MembersService } from '../teams/members.service.js';
import { TeamsService } from '../teams/teams.service.js';

/** What teams holds of a person: memberships, teams that they have deleted, invitations by them and to them. */
@Injectable()
export class EraserService implements OnModuleInit {
  constructor(
    private readonly erasures: Erasures,
    private readonly database: Database,
    private readonly auth: AuthClient,
    private readonly members: MembersService,
    private readonly teams: TeamsService,
    private readonly invitations: InvitationsService,
    private readonly mails: Mails,
  ) {}

  onModuleInit(): void {
    this.erasures.by((person) => this.erase(person));
  }

  private async erase(person: ErasedPerson): Promise<void> {
    const { userId, pseudonym } = person;
    await this.members.forget(userId, (tx) => this.erasures.count(tx, person, { memberships: 1 }));
    const email = await this.addressOf(userId);
    await this.database.transaction(async (tx) => {
      const teams = await this.teams.disown(tx, userId, pseudonym.userId);
      const invitations = await this.invitations.disown(tx, { userId, email }, pseudonym.userId);
      const mails = await this.mails.removeAbout(tx, [userId]);
      await this.erasures.count(tx, person, { deleted_teams: teams, invitations, mails });
    });
  }

  /** auth knows it until the last step; undefined where it knows none. */
  private async addressOf(userId: string): Promise<string | undefined> {
    try {
      const { user } = await this.auth.getUser({ userId });
      return user?.email;
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') return undefined;
      throw error;
    }
  }
}
