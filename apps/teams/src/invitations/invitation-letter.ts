import { idSchema } from '@modelbridge/contracts';
import { dateIn, type Letter, type MailKind } from '@modelbridge/mail';
import { z } from 'zod';
import type { Invitation } from './invitation.js';

interface Sending {
  invitationId: string;
  /** Which of its mails this is: 1 for the first. */
  timesSent: number;
}

/** One mail of an invitation. Its id opens nothing for anybody but who has the address. */
export const invitationMail: MailKind<Sending> = {
  name: 'invitation',
  facts: z.object({ invitationId: idSchema('invitation'), timesSent: z.int().min(1) }),
};

/** Of a name that people chose, what fits a subject. */
const subjectName = 80;

export interface InvitationWords extends Pick<Invitation, 'invitationId' | 'role' | 'expiresAt'> {
  teamName: string;
  /** What the person is called who invites; undefined where auth does not say. */
  inviterName: string | undefined;
}

/** Names are what people chose, so none is in a sentence of ours. */
export function invitationLetter(words: InvitationWords, appUrl: string): Letter {
  const { invitationId, role, expiresAt, teamName, inviterName } = words;
  return {
    subject: `Invitation to the team ${[...teamName].slice(0, subjectName).join('')}`,
    paragraphs: [
      `You are invited to a team on ModelBridge, as ${role === 'admin' ? 'an admin' : 'a member'}.`,
      'Sign in, or sign up, with the address that this mail came to: the invitation opens for no other.',
      'If you did not expect it, ignore it: nothing happens unless you accept.',
    ],
    rows: [
      ['Team', teamName],
      ...(inviterName === undefined ? [] : [['Invited by', inviterName] as [string, string]]),
      ['Open until', dateIn('UTC', expiresAt)],
    ],
    link: { label: 'See the invitation', url: `${appUrl}/app/invitations/${invitationId}` },
  };
}
