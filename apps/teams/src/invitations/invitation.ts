import { idSchema } from '@modelbridge/contracts';
import { z } from 'zod';
import { pageSchema } from '../teams/page.js';
import { givenRoles, type GivenRole } from '../teams/team.js';

export const storedStates = ['open', 'accepted', 'declined', 'withdrawn'] as const;
type StoredState = (typeof storedStates)[number];
export type InvitationState = StoredState | 'expired';

export interface Invitation {
  invitationId: string;
  teamId: string;
  email: string;
  role: GivenRole;
  invitedByUserId: string;
  createdAt: Date;
  expiresAt: Date;
  state: InvitationState;
  timesSent: number;
}

/** RFC 5321 allows 254 characters in an address. */
const emailMaxLength = 254;

const teamId = idSchema('team');
const invitationId = idSchema('invitation');

export const newInvitationSchema = z.object({
  teamId,
  /** Of a caller that may have to ask again. */
  invitationId: invitationId.optional(),
  email: z
    .string()
    .trim()
    .min(1, 'is required')
    .max(emailMaxLength, `must have at most ${emailMaxLength} characters`)
    .pipe(z.email('must be an e-mail address')),
  role: z.enum(givenRoles, 'must be ADMIN or MEMBER: the owner is changed by TransferOwnership'),
});
export type NewInvitation = z.output<typeof newInvitationSchema>;
export const teamInvitationSchema = z.object({ teamId, invitationId });
export const invitationPageSchema = z.object({ teamId, ...pageSchema('invitation').shape });
export const receivedPageSchema = pageSchema('invitation');
export const receivedInvitationSchema = z.object({ invitationId });

/** Two addresses with one key belong to one person. */
export function emailKey(email: string): string {
  return email.toLowerCase();
}

export function stateAt(state: StoredState, expiresAt: Date, now: Date): InvitationState {
  return state === 'open' && expiresAt <= now ? 'expired' : state;
}

type ClosedState = Exclude<InvitationState, 'open'>;

/** Why an invitation that is not open cannot be taken up, and what to do instead. */
export const closedBecause: Record<ClosedState, string> = {
  expired: 'the invitation has expired: ask the team to send it again',
  accepted: 'the invitation was accepted already: open the team instead',
  declined: 'the invitation was declined: ask the team for a new one',
  withdrawn: 'the invitation was withdrawn: ask the team for a new one',
};
