import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { Clock } from '../book/clock.js';
import { Closures } from '../closures/closures.service.js';
import { StripeCharges } from '../stripe/stripe-charges.service.js';
import type { AutoRecharge, LastRecharge, SavedCard } from './auto-recharge.js';
import { AutoRechargeRepository } from './auto-recharge.repository.js';

export interface AutoRechargeStanding {
  /** Undefined until it is set for the first time. */
  settings: AutoRecharge | undefined;
  card: SavedCard | undefined;
  last: LastRecharge | undefined;
}

/** When an account's card is charged without its holder. */
@Injectable()
export class AutoRechargeService {
  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: AutoRechargeRepository,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly closures: Closures,
    private readonly charges: StripeCharges,
  ) {}

  async find(accountId: string): Promise<AutoRechargeStanding> {
    if (!(await this.repository.hasAccount(accountId))) throw unknownAccount();
    return {
      settings: await this.repository.find(this.database, accountId),
      card: await this.repository.card(this.database, accountId),
      last: await this.repository.last(accountId),
    };
  }

  /** Switches it off for good, in the transaction that closes the account. */
  end(tx: Tx, accountId: string): Promise<void> {
    return this.repository.end(tx, accountId);
  }

  /** Earlier failures are forgotten: whoever sets it wants it tried. */
  async set(
    accountId: string,
    settings: Omit<AutoRecharge, 'failures' | 'notBefore'>,
  ): Promise<AutoRechargeStanding> {
    await this.database.transaction(async (tx) => {
      if (!(await this.books.open(tx, [{ accountId }])).has(accountId)) {
        throw unknownAccount();
      }
      await this.closures.requireOpen(accountId, tx);
      if (settings.enabled && !this.charges.chargesSavedCards) {
        throw new BillingError(
          'failed_precondition',
          'there is no auto-recharge where tax is collected: pay in on a page',
          'enabled',
        );
      }
      if (settings.enabled && (await this.repository.card(tx, accountId)) === undefined) {
        throw new BillingError(
          'failed_precondition',
          'the account has no saved card: pay in once and let the card be kept',
          'enabled',
        );
      }
      const fresh = { ...settings, failures: 0, notBefore: this.clock.now() };
      await this.repository.save(tx, accountId, fresh);
      await this.audit.record(tx, {
        act: 'auto_recharge.changed',
        accountId,
        details: {
          enabled: String(settings.enabled),
          below_nano_usd: settings.belowNanoUsd.toString(),
          amount_cents: String(settings.amountCents),
          daily_cap_cents: String(settings.dailyCapCents),
        },
      });
    });
    return this.find(accountId);
  }
}

function unknownAccount(): BillingError {
  return new BillingError('not_found', 'there is no such account', 'account_id');
}
