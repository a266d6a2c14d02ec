import { InvitationState, KeyMakers } from '@modelbridge/contracts/teams.v1';

/** What the public API calls them. */
export const keyMakerCodes = {
  members: KeyMakers.MEMBERS,
  admins: KeyMakers.ADMINS,
} as const;
export const invitationStateCodes = {
  open: InvitationState.OPEN,
  accepted: InvitationState.ACCEPTED,
  declined: InvitationState.DECLINED,
  withdrawn: InvitationState.WITHDRAWN,
  expired: InvitationState.EXPIRED,
} as const;

export const teamRoles = ['owner', 'admin', 'member'] as const;
/** Ownership goes by its transfer only. */
export const memberRoles = ['admin', 'member'] as const;
export const keyMakers = ['members', 'admins'] as const;
export const invitationStates = ['open', 'accepted', 'declined', 'withdrawn', 'expired'] as const;

/** Null for a code that only a newer service knows. */
export function wordOf<Word extends string>(
  codes: Readonly<Record<Word, unknown>>,
  code: unknown,
): Word | null {
  return (Object.keys(codes) as Word[]).find((word) => codes[word] === code) ?? null;
}
