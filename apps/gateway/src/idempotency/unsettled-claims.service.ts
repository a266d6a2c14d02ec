import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { ReleaseClaimRequest } from '@modelbridge/contracts/usage_ledger.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { UsageLedgerClient } from '../clients/clients.module.js';
import { Spool } from '../spool/spool.js';
import { claimUnavailable } from './claim-refusal.js';
import { idempotencyBounds } from './bounds.js';

/**
 * Claims that may be with the ledger while their requests are not in the spool, so that no record will
 * settle them. What this process cannot release is left to the gateway that adopts its spool.
 */
@Injectable()
export class UnsettledClaims implements OnModuleInit, OnModuleDestroy {
  private readonly unsettled = new Set<ReleaseClaimRequest>();
  private readonly unreleased = new Set<ReleaseClaimRequest>();
  private retrying = false;
  private stopped = false;

  constructor(
    @Inject(UsageLedgerClient) private readonly usageLedger: UsageLedgerClient,
    private readonly spool: Spool,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.spool.onEpochEnd((gatewayEpoch, own) => this.endEpoch(gatewayEpoch, own));
  }

  onModuleDestroy(): void {
    this.stopped = true;
  }

  /** Before the ledger is asked. Throws 503 when too many are unsettled. */
  add(claim: ReleaseClaimRequest): void {
    if (this.unsettled.size >= idempotencyBounds.maxUnsettledClaims) throw claimUnavailable();
    this.unsettled.add(claim);
  }

  /** The request is in the spool, or the ledger says that the claim is another's. */
  settled(claim: ReleaseClaimRequest): void {
    this.unsettled.delete(claim);
  }

  /** Resolves when the claim is free, or its release goes on without the caller: after `mayWaitMs` at most. */
  async release(claim: ReleaseClaimRequest, mayWaitMs: number): Promise<void> {
    if (!(await this.tryRelease(claim, mayWaitMs))) this.releaseLater(claim);
  }

  releaseLater(claim: ReleaseClaimRequest): void {
    this.unreleased.add(claim);
    void this.retry();
  }

  /**
   * Before the spool of an ended epoch is removed. Rejects where claims of it may be left: the directory then
   * stays, and whoever adopts it asks the ledger to free them.
   */
  private async endEpoch(gatewayEpoch: string, own: boolean): Promise<void> {
    if (own) {
      if (this.unsettled.size > 0) throw new Error('claims of this gateway are not settled');
      return;
    }
    const timeoutMs = idempotencyBounds.epochReleaseTimeoutMs;
    await this.usageLedger.releaseClaims({ gatewayEpoch }, { timeoutMs });
  }

  private async retry(): Promise<void> {
    if (this.retrying) return;
    this.retrying = true;
    const { first, most } = idempotencyBounds.releaseRetryMs;
    let delayMs: number = first;
    while (this.unreleased.size > 0 && !this.stopped) {
      await sleep(delayMs, undefined, { ref: false });
      delayMs = (await this.releaseAll()) ? first : Math.min(delayMs * 2, most);
    }
    this.retrying = false;
  }

  private async releaseAll(): Promise<boolean> {
    for (const claim of this.unreleased) {
      if (this.stopped || !(await this.tryRelease(claim))) return false;
    }
    return true;
  }

  private async tryRelease(
    claim: ReleaseClaimRequest,
    mayWaitMs: number = idempotencyBounds.releaseTimeoutMs,
  ): Promise<boolean> {
    if (mayWaitMs <= 0) return false;
    try {
      const timeoutMs = Math.min(idempotencyBounds.releaseTimeoutMs, mayWaitMs);
      await this.usageLedger.releaseClaim(claim, { timeoutMs });
    } catch (error) {
      const { requestId } = claim;
      const code = rpcErrorFrom(error)?.code;
      this.logger.warn({ requestId, code }, 'a claim is not released yet');
      return false;
    }
    this.unreleased.delete(claim);
    this.unsettled.delete(claim);
    return true;
  }
}
