import type { Session } from './session.js';

/** Of which account, and for whom: as billing is asked. */
export function asking({ userId }: Session, { account_id }: { account_id: string }) {
  return { accountId: account_id, actorUserId: userId };
}
