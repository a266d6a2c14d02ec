import { Database } from '@modelbridge/service-kit/database';
import { Inject, Injectable } from '@nestjs/common';
import { BillingError } from '../book/billing-error.js';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import type { OptionalKind } from './preferences.js';
import { PreferencesRepository } from './preferences.repository.js';
import { readUnsubscribeToken } from './unsubscribe-token.js';

export interface Preferences {
  /** Nano-USD. */
  balanceLow: bigint;
  /** Kinds that do not reach this user. */
  unsubscribed: OptionalKind[];
}

/** Which notices reach whom by mail, and when a balance is low. */
@Injectable()
export class NoticePreferences {
  constructor(
    private readonly database: Database,
    private readonly repository: PreferencesRepository,
    @Inject(BILLING_CONFIG) private readonly config: BillingConfig,
  ) {}

  /** Of an account, as they are for one user (`user_…`). */
  async find(accountId: string, userId: string): Promise<Preferences> {
    const balanceLow = await this.repository.balanceLow(accountId);
    if (balanceLow === undefined) {
      throw new BillingError('not_found', 'there is no such account', 'account_id');
    }
    return { balanceLow, unsubscribed: await this.repository.unsubscribed(accountId, userId) };
  }

  /** A threshold that is undefined stays as it is. */
  async set(
    accountId: string,
    userId: string,
    { balanceLow, unsubscribed }: Partial<Preferences> & Pick<Preferences, 'unsubscribed'>,
  ): Promise<Preferences> {
    await this.find(accountId, userId);
    await this.database.transaction(async (tx) => {
      if (balanceLow !== undefined) await this.repository.setBalanceLow(tx, accountId, balanceLow);
      await this.repository.replace(tx, accountId, userId, unsubscribed);
    });
    return this.find(accountId, userId);
  }

  /** By the link of a mail, without signing in; repeating it is no error. */
  async unsubscribe(token: string): Promise<OptionalKind> {
    const read = readUnsubscribeToken(this.config.NOTICE_LINK_SECRET, token);
    if (
      read === undefined ||
      !(await this.repository.unsubscribe(read.accountId, read.userId, read.kind))
    ) {
      throw new BillingError(
        'invalid_argument',
        'token is not that of a mail of ours: use the link as it came',
        'token',
      );
    }
    return read.kind;
  }
}
