import { Mails, type Draft, type Unsent } from '@modelbridge/mail';
import type { Tx } from '@modelbridge/service-kit/database';
import { Inject, Injectable } from '@nestjs/common';
import { PeopleService } from '../clients/people.service.js';
import { TEAMS_CONFIG, type Config } from '../config.js';
import { JoiningService } from '../teams/joining.service.js';
import { invitationLetter, invitationMail } from './invitation-letter.js';
import type { Invitation } from './invitation.js';
import { InvitationsRepository } from './invitations.repository.js';

const noLongerOpen = (why: string): Unsent => ({ state: 'unwanted', why });

/** Tells people of invitations, as these are when the mail goes out. */
@Injectable()
export class InvitationMails {
  constructor(
    @Inject(TEAMS_CONFIG) private readonly config: Config,
    private readonly mails: Mails,
    private readonly invitations: InvitationsRepository,
    private readonly joining: JoiningService,
    private readonly people: PeopleService,
  ) {
    mails.writtenBy(invitationMail, (sending) => this.write(sending));
  }

  /** In the transaction that sends it, for the first time or again. */
  add(tx: Tx, { invitationId, timesSent }: Invitation): Promise<void> {
    const cause = `${invitationId}:${timesSent}`;
    return this.mails.add(tx, invitationMail, cause, { invitationId, timesSent });
  }

  private async write(sending: {
    invitationId: string;
    timesSent: number;
  }): Promise<Draft | Unsent> {
    const invitation = await this.invitations.find(sending.invitationId);
    if (invitation === undefined) return noLongerOpen('gone');
    if (invitation.state !== 'open') return noLongerOpen(invitation.state);
    if (invitation.timesSent !== sending.timesSent) return noLongerOpen('sent_again');
    const team = await this.joining.team(invitation.teamId);
    if (team === undefined) return noLongerOpen('team_deleted');
    const [inviter] = await this.people.named([{ userId: invitation.invitedByUserId }]);
    const words = { ...invitation, teamName: team.name, inviterName: inviter?.name };
    return {
      to: { name: '', address: invitation.email },
      letter: invitationLetter(words, this.config.APP_URL),
      footer: 'You get this mail because somebody invited this address to their team.',
    };
  }
}
