import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { RecallService } from '../allowances/recall.service.js';
import { AuditService } from '../audit/audit.service.js';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { Clock } from '../book/clock.js';
import type { StoredGrant } from '../grants/grant.js';
import { GrantsService } from '../grants/grants.service.js';
import { promoBounds } from './bounds.js';
import { creditExpiry, requireRedeemable, type PromoCode } from './promo-code.js';
import { PromoCodesRepository } from './promo-codes.repository.js';

export type NewPromoCode = Omit<PromoCode, 'redemptions' | 'endedAt' | 'validFrom'> & {
  /** Undefined: at once. */
  validFrom: Date | undefined;
};

/** Codes that people redeem for granted credit. Every code here is in upper case. */
@Injectable()
export class PromoCodesService {
  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: PromoCodesRepository,
    private readonly grants: GrantsService,
    private readonly recalls: RecallService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async create(request: NewPromoCode): Promise<PromoCode> {
    const now = this.clock.now();
    const { validFrom = now } = request;
    const promo = { ...request, validFrom, redemptions: 0, endedAt: null };
    if (promo.validUntil <= now || promo.validUntil <= validFrom) {
      throw new BillingError(
        'invalid_argument',
        'valid_until must lie in the future and after valid_from',
        'valid_until',
      );
    }
    await this.database.transaction(async (tx) => {
      if (!(await this.repository.add(tx, promo))) {
        throw new BillingError('already_exists', 'this code exists: take another one', 'code');
      }
      await this.audit.record(tx, {
        act: 'promo_code.created',
        accountId: null,
        details: {
          code: promo.code,
          amount_nano_usd: promo.amount.toString(),
          max_redemptions: promo.maxRedemptions.toString(),
          valid_until: promo.validUntil.toISOString(),
        },
      });
    });
    return promo;
  }

  async find(code: string): Promise<PromoCode> {
    return known(await this.repository.find(code));
  }

  /** Nobody can redeem it any more; what was redeemed stays. */
  end(code: string): Promise<PromoCode> {
    return this.database.transaction(async (tx) => {
      const promo = known(await this.repository.lock(tx, code));
      if (promo.endedAt !== null) return promo;
      const endedAt = this.clock.now();
      await this.repository.end(tx, code, endedAt);
      await this.audit.record(tx, { act: 'promo_code.ended', accountId: null, details: { code } });
      return { ...promo, endedAt };
    });
  }

  /** Grants an account the credit of a code, once. Whoever tries too often has to wait, right or wrong. */
  async redeem(code: string, accountId: string): Promise<StoredGrant> {
    await this.attempt(accountId);
    const grant = await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const promo = await this.repository.lock(tx, code);
      if (await this.repository.isRedeemed(tx, code, accountId)) {
        throw new BillingError('already_exists', 'this account has redeemed this code', 'code');
      }
      const { amount, ...valid } = requireRedeemable(promo, now);
      const book = (await this.books.open(tx, [{ accountId }])).get(accountId);
      if (book === undefined) throw unknownAccount();
      const expiresAt = creditExpiry({ amount, ...valid }, now);
      const idempotencyKey = `promo:${code}:${accountId}`;
      const request = {
        accountId,
        source: 'promo_code',
        amount,
        expiresAt,
        idempotencyKey,
      } as const;
      const added = await this.grants.add(tx, book, request, { details: { code } });
      await this.books.save(tx, [book]);
      await this.repository.redeem(tx, code, accountId, added.id);
      return added;
    });
    this.recalls.moved(accountId);
    return grant;
  }

  /** Counted by itself, so that what fails counts too. */
  private async attempt(accountId: string): Promise<void> {
    const now = this.clock.now();
    const since = new Date(now.getTime() - promoBounds.attemptWindowMs);
    await this.database.transaction(async (tx) => {
      if ((await this.repository.attempts(tx, accountId, since)) >= promoBounds.attempts) {
        throw new BillingError(
          'resource_exhausted',
          `this account has tried ${promoBounds.attempts} codes within an hour: try again later`,
          'code',
        );
      }
      if (!(await this.repository.addAttempt(tx, accountId, now))) throw unknownAccount();
    });
  }
}

function known(promo: PromoCode | undefined): PromoCode {
  if (promo !== undefined) return promo;
  throw new BillingError('not_found', 'there is no such code', 'code');
}

function unknownAccount(): BillingError {
  return new BillingError('not_found', 'there is no such account', 'account_id');
}
