import { TeamStandings } from '@modelbridge/access';
import { Mails, type Draft, type Unsent } from '@modelbridge/mail';
import type { Tx } from '@modelbridge/service-kit/database';
import { Inject, Injectable } from '@nestjs/common';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import type { Key } from '../keys/key.js';
import { KeysService } from '../keys/keys.service.js';
import { UsersService } from '../users/users.service.js';
import { leakedKeyMail, leakLetter, type Leak } from './leak-letter.js';

/** Tells people of their keys that were found in public. */
@Injectable()
export class LeakMails {
  constructor(
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    private readonly mails: Mails,
    private readonly keys: KeysService,
    private readonly users: UsersService,
    private readonly teams: TeamStandings,
  ) {
    mails.writtenBy(leakedKeyMail, (leak) => this.write(leak));
  }

  /** In the transaction that ends what was found; `secret` tells a key's previous secrets apart. */
  async add(
    tx: Tx,
    key: Key,
    leak: Pick<Leak, 'ended' | 'source' | 'url'>,
    secret = 'current',
  ): Promise<void> {
    const { keyId, teamId } = key;
    const recipients =
      teamId === undefined ? ['maker' as const] : (['maker', 'team_owner'] as const);
    for (const recipient of recipients) {
      const cause = `${keyId} ${secret} ${recipient}`;
      await this.mails.add(tx, leakedKeyMail, cause, { ...leak, keyId, recipient });
    }
  }

  private async write(leak: Leak): Promise<Draft | Unsent> {
    const key = await this.keys.get(leak.keyId);
    const userId = await this.recipientOf(leak, key);
    if (userId === 'told_as_maker') return { state: 'unwanted', why: userId };
    const user = userId === undefined ? undefined : await this.users.get(userId);
    if (user === undefined || user.closedAt !== undefined || user.email === '') {
      return { state: 'undeliverable', why: 'nobody' };
    }
    return {
      to: { name: user.name, address: user.email },
      letter: leakLetter(leak, key, this.config.APP_URL),
      footer: 'You get this mail because a key of your account was found in public.',
    };
  }

  /** Undefined where there is nobody, as where the team is gone. */
  private async recipientOf(
    { recipient }: Leak,
    { userId, accountId }: Key,
  ): Promise<string | undefined> {
    if (recipient === 'maker') return userId;
    const owner = await this.teams.ownerOf(accountId);
    return owner === userId ? 'told_as_maker' : owner;
  }
}
