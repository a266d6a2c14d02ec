import { idFromUuid, newId, uuidOf } from '@modelbridge/contracts';
import { Database, databaseErrorCode, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { RecallService } from '../allowances/recall.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { AccountBook } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import { BillingError } from '../book/billing-error.js';
import { Clock } from '../book/clock.js';
import { platformLedger } from '../book/transfer.js';
import { GrantsService } from '../grants/grants.service.js';
import { expiryOfCorrection, giveChargeBack, splitCorrection } from './correction.js';
import {
  CorrectionsRepository,
  type CorrectableCharge,
  type Correction,
} from './corrections.repository.js';

export interface CorrectionRequest {
  requestId: string;
  /** Nano-USD; undefined: all that is left. */
  amount: bigint | undefined;
  idempotencyKey: string;
}

export interface CorrectionAnswer extends Correction {
  accountId: string;
}

const uniqueViolation = '23505';
const newTransferId = (): string => uuidOf('transaction', newId('transaction'));

/** Gives back what was charged wrongly: by new entries, and never more than the charge. */
@Injectable()
export class CorrectionsService {
  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: CorrectionsRepository,
    private readonly grants: GrantsService,
    private readonly recalls: RecallService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Once for each idempotency key. */
  async correct(request: CorrectionRequest): Promise<CorrectionAnswer> {
    const accountId = await this.repository.accountOf(request.requestId);
    if (accountId === undefined) throw unknownCharge();
    const correction = await this.database
      .transaction(async (tx) => {
        const book = (await this.books.open(tx, [{ accountId }])).get(accountId);
        const earlier = await this.repository.find(tx, request.idempotencyKey);
        if (earlier !== undefined) return repeated(earlier, request);
        const charge = await this.repository.charge(tx, request.requestId);
        if (book === undefined || charge === undefined) throw unknownCharge();
        return this.correctIn(tx, book, charge, request);
      })
      .catch((error: unknown) => {
        // A correction for another account took the key meanwhile.
        throw databaseErrorCode(error) === uniqueViolation ? keyWasUsed() : error;
      });
    this.recalls.moved(accountId);
    return { ...correction, accountId };
  }

  private async correctIn(
    tx: Tx,
    book: AccountBook,
    charge: CorrectableCharge,
    { requestId, amount, idempotencyKey }: CorrectionRequest,
  ): Promise<Correction> {
    const { accountId } = charge;
    const { paid, granted } = splitCorrection(charge, amount);
    const transferIds = giveChargeBack(book, paid, newTransferId);
    const grant =
      granted === 0n
        ? undefined
        : await this.grants.add(
            tx,
            book,
            {
              accountId,
              source: 'correction',
              amount: granted,
              expiresAt: expiryOfCorrection(charge.lastExpiry ?? undefined, this.clock.now()),
              idempotencyKey: `correction:${requestId}:${newId('transaction')}`,
            },
            { from: { kind: 'charge_correction', debitAccount: platformLedger.revenue } },
          );
    if (grant !== undefined) transferIds.push(grant.transferId);
    await this.books.save(tx, [book]);
    const asked = amount ?? null;
    const grantId = grant?.id ?? null;
    const made = { idempotencyKey, requestId, asked, paid, granted, grantId, transferIds };
    await this.repository.add(tx, made);
    await this.audit.record(tx, {
      act: 'charge.corrected',
      accountId,
      objectIds: [idFromUuid('request', requestId)],
      details: { paid_nano_usd: paid.toString(), granted_nano_usd: granted.toString() },
    });
    return made;
  }
}

function repeated(earlier: Correction, { requestId, amount }: CorrectionRequest): Correction {
  if (earlier.requestId === requestId && earlier.asked === (amount ?? null)) return earlier;
  throw keyWasUsed();
}

function keyWasUsed(): BillingError {
  return new BillingError(
    'already_exists',
    'this idempotency key was used for another correction',
    'idempotency_key',
  );
}

function unknownCharge(): BillingError {
  return new BillingError('not_found', 'this request has no charge', 'request_id');
}
