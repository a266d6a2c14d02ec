import { AccountAccess } from '@modelbridge/access';
import { newId } from '@modelbridge/contracts';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { TeamKeyLimits } from '../access/team-key-limits.service.js';
import type { Key, KeyPage, NewKey } from './key.js';
import { AuditService } from '../audit/audit.service.js';
import { KeysService, noKey, type MadeKey } from './keys.service.js';

/** What is asked about one key. */
export type KeyMethod =
  'getKey' | 'updateKey' | 'rotateKey' | 'disableKey' | 'enableKey' | 'revokeKey';

/** The one way from a person to keys. A caller that acts for itself (no actor) is not held up. */
@Injectable()
export class KeyAccess {
  constructor(
    private readonly accounts: AccountAccess,
    private readonly keys: KeysService,
    private readonly limits: TeamKeyLimits,
    private readonly audit: AuditService,
  ) {}

  /**
   * A new key as it may be made: people make keys for themselves, on their own account or on a team's, whose limits
   * are set then. A key of somebody on the account of their team is a key of the team, whoever asks for it.
   */
  async make(actor: string | undefined, newKey: NewKey): Promise<MadeKey> {
    const { userId, accountId, teamId } = newKey;
    if (actor !== undefined && actor !== userId) {
      throw new RpcError('not_found', 'no such user', { field: 'user_id' });
    }
    const { standing } = await this.accounts.account('createKey', actor, accountId);
    const member = standing ?? (await this.accounts.standing(userId, accountId));
    if (!member) {
      if (teamId === undefined) return newKey;
      throw new RpcError(
        'invalid_argument',
        'team_id must be empty: the account is not that of a team of theirs',
        { field: 'team_id' },
      );
    }
    if (teamId !== undefined && teamId !== member.teamId) {
      throw new RpcError('invalid_argument', 'team_id must be the team that the account is of', {
        field: 'team_id',
      });
    }
    if (!member.mayMakeKeys) {
      throw new RpcError(
        'permission_denied',
        'only the team’s owner and admins make keys: ask one of them',
        { field: 'user_id' },
      );
    }
    const keyId = newKey.keyId ?? newId('key');
    // A second try leaves the limits as they have been made since.
    if (!(await this.keys.isMade(newKey))) await this.limits.set(keyId, member);
    const { membershipId } = member;
    return { ...newKey, keyId, teamId: member.teamId, membershipId };
  }

  /** A key that the actor may have by this method. */
  async key(method: KeyMethod, actor: string | undefined, keyId: string): Promise<Key> {
    const key = await this.keys.get(keyId);
    const { reach } = await this.accounts.account(method, actor, key.accountId, noKey());
    if (reach === 'own' && key.userId !== actor) throw noKey();
    return key;
  }

  /** The same, to be shown. */
  async shown(actor: string | undefined, keyId: string): Promise<Key> {
    const key = await this.key('getKey', actor, keyId);
    await this.audit.staffLooked({ accountId: key.accountId, objectIds: [keyId] });
    return key;
  }

  /** A page of the keys that the actor may see. */
  async page(actor: string | undefined, page: KeyPage): ReturnType<KeysService['list']> {
    const { accountId } = page;
    const { reach } = await this.accounts.account('listKeys', actor, accountId);
    const list = await this.keys.list(reach === 'own' ? { ...page, userId: actor } : page);
    if (list.keys.length > 0) {
      await this.audit.staffLooked({ accountId, details: { read: 'keys' } });
    }
    return list;
  }
}
