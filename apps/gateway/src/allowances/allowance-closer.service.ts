import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { CloseAllowanceRequest } from '@modelbridge/contracts/billing.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { BillingClient } from '../clients/clients.module.js';
import { allowanceBounds } from './bounds.js';
import { Slots } from './slots.js';

/** Billing has closed it or written it off, or never knew it: there is nothing left to close. */
const finalCodes = new Set(['not_found', 'failed_precondition', 'already_exists']);

/** Closes allowances with billing, each until it is answered: one that cannot be closed holds up no other. */
@Injectable()
export class AllowanceCloser {
  private readonly stopping = new AbortController();
  /** Held for a call, and not while the next waits. */
  private readonly calls = new Slots(allowanceBounds.closesAtOnce);

  constructor(
    @Inject(BillingClient) private readonly billing: Pick<BillingClient, 'closeAllowance'>,
    private readonly logger: Logger,
  ) {}

  /** Whether billing has answered; not when this process ends first. */
  async close(request: CloseAllowanceRequest): Promise<boolean> {
    const { signal } = this.stopping;
    const { first, most } = allowanceBounds.closeRetryMs;
    for (let delayMs: number = first; ; delayMs = Math.min(delayMs * 2, most)) {
      if (await this.calls.run(() => this.isAnswered(request))) return true;
      if (signal.aborted) return false;
      await delay(delayMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Closes that are still tried get one more attempt; whoever adopts the spool makes up for the rest. */
  stop(): void {
    this.stopping.abort();
  }

  private async isAnswered(request: CloseAllowanceRequest): Promise<boolean> {
    try {
      await this.billing.closeAllowance(request, { timeoutMs: allowanceBounds.callTimeoutMs });
      return true;
    } catch (error) {
      const code = rpcErrorFrom(error)?.code;
      const { allowanceId } = request;
      this.logger.warn({ allowanceId, code }, 'an allowance could not be closed');
      return code !== undefined && finalCodes.has(code);
    }
  }
}
