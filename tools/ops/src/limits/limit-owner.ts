import { newId } from '@modelbridge/contracts';
import type { LimitScopeName } from '@modelbridge/contracts/limits';
import type { Services } from '../connection/services.js';
import { translating } from '../ops-error.js';
import type { LimitSelector } from './limit-selector.js';

/** Where a limit stands among those that nest. */
export interface LimitOwner {
  accountId: string;
  /** Undefined where the limit is not on a person. */
  userId?: string;
  keyId?: string;
}

type LookUp = (
  auth: Services['auth'],
  selector: Pick<LimitSelector, 'id' | 'account'>,
) => Promise<LimitOwner>;

const owners: Record<LimitScopeName, LookUp> = {
  account: async (_auth, { id }) => ({ accountId: id }),
  async member(auth, { id, account = '' }) {
    await translating(auth.getUser({ userId: id }), {
      user_id: ['id', `there is no user ${id}: --id takes the userId that account create printed`],
    });
    return { accountId: account, userId: id };
  },
  async key(auth, { id }) {
    const { key } = await translating(auth.getKey({ keyId: id }), {
      key_id: ['id', `there is no key ${id}: --id takes the keyId that key create printed`],
    });
    if (!key) throw new Error('auth answered without a key');
    return { accountId: key.accountId, userId: key.userId, keyId: id };
  },
};

/** Looks up whose the limits are. A key or a user that nobody made is `not_found` (field id). */
export function limitOwner(
  { auth }: Pick<Services, 'auth'>,
  selector: LimitSelector,
): Promise<LimitOwner> {
  return owners[selector.scope](auth, selector);
}

/** The owner as billing asks for it: whole. An id that was never given out has no limits. */
export function wholeOwner({ accountId, userId, keyId }: LimitOwner): Required<LimitOwner> {
  return { accountId, userId: userId ?? newId('user'), keyId: keyId ?? newId('key') };
}
