import { idFromUuid, newId, uuidOf } from '@modelbridge/contracts';
import { Database, databaseErrorCode, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { RecallService } from '../allowances/recall.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { AccountBook } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { Clock } from '../book/clock.js';
import { addGrant, type GrantOrigin } from '../book/credit-grant.js';
import type { StoredGrant } from './grant.js';
import { GrantsRepository } from './grants.repository.js';

export type NewGrant = Omit<StoredGrant, 'id' | 'transferId'>;

const uniqueViolation = '23505';
const longestMs = 5 * 366 * 24 * 60 * 60_000;

/** Credit that is granted, not paid in. */
@Injectable()
export class GrantsService {
  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: GrantsRepository,
    private readonly recalls: RecallService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Grants credit, once for each idempotency key. */
  async grant(request: NewGrant): Promise<StoredGrant> {
    const grant = await this.database
      .transaction(async (tx) => {
        const book = (await this.books.open(tx, [request])).get(request.accountId);
        if (book === undefined) {
          throw new BillingError('not_found', 'there is no such account', 'account_id');
        }
        const earlier = await this.repository.find(tx, request.idempotencyKey);
        if (earlier !== undefined) return repeated(earlier, request);
        const added = await this.add(tx, book, request);
        await this.books.save(tx, [book]);
        return added;
      })
      .catch((error: unknown) => {
        // Another account took the key meanwhile.
        throw databaseErrorCode(error) === uniqueViolation ? keyWasUsed() : error;
      });
    this.recalls.moved(request.accountId);
    return grant;
  }

  /**
   * The same in the transaction that has opened the account's book, for a key that nobody has used; `details` are
   * audited too.
   */
  async add(
    tx: Tx,
    book: AccountBook,
    request: NewGrant,
    { details = {}, from }: { details?: Record<string, string>; from?: GrantOrigin } = {},
  ): Promise<StoredGrant> {
    const { accountId, amount, expiresAt, source } = request;
    const lifeMs = expiresAt.getTime() - this.clock.now().getTime();
    if (lifeMs <= 0 || lifeMs > longestMs) {
      throw new BillingError(
        'invalid_argument',
        'expires_at must lie in the future, by at most 5 years',
        'expires_at',
      );
    }
    const grant = {
      ...request,
      id: uuidOf('grant', newId('grant')),
      transferId: uuidOf('transaction', newId('transaction')),
    };
    const ledger = await this.repository.add(tx, grant);
    const { id, transferId } = grant;
    addGrant(book, { id, accountId, ledger, remaining: amount, expiresAt }, transferId, from);
    await this.audit.record(tx, {
      act: 'credit.granted',
      accountId,
      objectIds: [idFromUuid('grant', id)],
      details: {
        amount_nano_usd: amount.toString(),
        source,
        expires_at: expiresAt.toISOString(),
        ...details,
      },
    });
    return grant;
  }

  /** Whether something was granted under this key. */
  async isGranted(tx: Tx, idempotencyKey: string): Promise<boolean> {
    return (await this.repository.find(tx, idempotencyKey)) !== undefined;
  }
}

function repeated(earlier: StoredGrant, request: NewGrant): StoredGrant {
  const same =
    earlier.accountId === request.accountId &&
    earlier.source === request.source &&
    earlier.amount === request.amount &&
    earlier.expiresAt.getTime() === request.expiresAt.getTime();
  if (!same) throw keyWasUsed();
  return earlier;
}

function keyWasUsed(): BillingError {
  return new BillingError(
    'already_exists',
    'this idempotency key was used for another grant',
    'idempotency_key',
  );
}
