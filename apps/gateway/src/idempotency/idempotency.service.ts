import { Inject, Injectable } from '@nestjs/common';
import type {
  ClaimIdempotencyKeyResponse,
  ReleaseClaimRequest,
} from '@modelbridge/contracts/usage_ledger.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { UsageLedgerClient } from '../clients/clients.module.js';
import type { RequestError } from '../errors/request-error.js';
import { Spool } from '../spool/spool.js';
import { claimRefusal, claimUnavailable } from './claim-refusal.js';
import { hashIdempotencyKey } from './idempotency-key.js';
import { idempotencyBounds } from './bounds.js';
import { UnsettledClaims } from './unsettled-claims.service.js';

/** The right to be the one request under an Idempotency-Key. One of the two is to be called. */
export interface IdempotencyClaim {
  /** The request is in the spool: from here on its record says what it became. */
  opened(): void;
  /**
   * The upstream was not called and will not be. Resolves when the claim is free, or after `mayWaitMs` at most.
   * Never rejects.
   */
  release(mayWaitMs: number): Promise<void>;
}

/** Asks usage-ledger whether a request is a repetition. */
@Injectable()
export class IdempotencyService {
  private readonly claims;

  constructor(
    @Inject(UsageLedgerClient) private readonly usageLedger: UsageLedgerClient,
    private readonly spool: Spool,
    private readonly unsettled: UnsettledClaims,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.claims = metrics.counter({
      name: 'gateway_idempotency_claims_total',
      help: 'Requests with an Idempotency-Key by what usage-ledger said of them',
      labelNames: ['outcome'],
    });
  }

  /**
   * Rejects with 400 for a bad or reused key, 409 for a repetition, 503 when nobody can tell within
   * `mayWaitMs`.
   */
  async claim(
    request: {
      header: string | string[];
      keyId: string;
      requestId: string;
      bodyHmac: Buffer;
    },
    mayWaitMs: number,
  ): Promise<IdempotencyClaim> {
    const { header, keyId, requestId, bodyHmac } = request;
    const claim = {
      keyId,
      idempotencyKeyHash: hashIdempotencyKey(header),
      requestId,
      gatewayEpoch: this.spool.epoch,
    };
    if (this.usageLedger.pausedMs() !== undefined) throw this.unavailable();
    this.unsettled.add(claim);
    const outcome = await this.ask(claim, bodyHmac, mayWaitMs);
    this.claims.inc({ outcome: outcome.$case });
    const refusal = claimRefusal(outcome);
    if (refusal !== undefined) {
      this.unsettled.settled(claim);
      throw refusal;
    }
    return {
      opened: () => this.unsettled.settled(claim),
      release: (waitMs) => this.unsettled.release(claim, waitMs),
    };
  }

  private async ask(
    claim: ReleaseClaimRequest,
    bodyHmac: Buffer,
    mayWaitMs: number,
  ): Promise<NonNullable<ClaimIdempotencyKeyResponse['outcome']>> {
    try {
      const { outcome } = await this.usageLedger.claimIdempotencyKey(
        { ...claim, bodyHmac },
        { timeoutMs: Math.min(idempotencyBounds.claimTimeoutMs, Math.max(1, mayWaitMs)) },
      );
      if (outcome !== undefined) return outcome;
      this.logger.error({ requestId: claim.requestId }, 'usage-ledger decided nothing on a claim');
    } catch (error) {
      const code = rpcErrorFrom(error)?.code;
      this.logger.warn({ requestId: claim.requestId, code }, 'a claim could not be made');
    }
    // It may have been made all the same.
    this.unsettled.releaseLater(claim);
    throw this.unavailable();
  }

  private unavailable(): RequestError {
    this.claims.inc({ outcome: 'unavailable' });
    return claimUnavailable();
  }
}
