import { Inject, Injectable } from '@nestjs/common';
import { BillingError } from '../book/billing-error.js';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import type { OptionalKind } from './preferences.js';
import { PreferencesRepository } from './preferences.repository.js';
import { readUnsubscribeToken } from './unsubscribe-token.js';

/** Which notices reach whom by mail, and when a balance is low. */
@Injectable()
export class NoticePreferences {
  constructor(
    private readonly repository: PreferencesRepository,
    @Inject(BILLING_CONFIG) private readonly config: BillingConfig,
  ) {}

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
