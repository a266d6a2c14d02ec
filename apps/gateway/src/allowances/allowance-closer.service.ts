import { setMaxListeners } from 'node:events';
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

/** Nobody has looked at the close. */
const awayCodes = new Set(['unavailable', 'deadline_exceeded']);

type CloseOutcome = 'answered' | 'refused' | 'away';

/** Closes allowances with billing, each until it is answered: one that cannot be closed holds up no other. */
@Injectable()
export class AllowanceCloser {
  private readonly stopping = new AbortController();
  /** Held for a call, and not while the next waits. */
  private readonly calls = new Slots(allowanceBounds.closesAtOnce);

  constructor(
    @Inject(BillingClient) private readonly billing: Pick<BillingClient, 'closeAllowance'>,
    private readonly logger: Logger,
  ) {
    // Each close that waits for its next attempt listens: they may be thousands.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Whether billing has answered; not when this process ends first. */
  async close(request: CloseAllowanceRequest): Promise<boolean> {
    const { signal } = this.stopping;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.calls.run(() => this.outcomeOf(request));
      if (outcome === 'answered') return true;
      if (signal.aborted) return false;
      const { closeRetryMs, refusedCloseRetryMs } = allowanceBounds;
      const { first, most } = outcome === 'refused' ? refusedCloseRetryMs : closeRetryMs;
      const delayMs = Math.min(first * 2 ** attempt, most);
      await delay(delayMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Closes that are still tried get one more attempt; whoever adopts the spool makes up for the rest. */
  stop(): void {
    this.stopping.abort();
  }

  private async outcomeOf(request: CloseAllowanceRequest): Promise<CloseOutcome> {
    try {
      await this.billing.closeAllowance(request, { timeoutMs: allowanceBounds.closeTimeoutMs });
      return 'answered';
    } catch (error) {
      const code = rpcErrorFrom(error)?.code ?? 'unavailable';
      const { allowanceId } = request;
      this.logger.warn({ allowanceId, code }, 'an allowance could not be closed');
      if (finalCodes.has(code)) return 'answered';
      return awayCodes.has(code) ? 'away' : 'refused';
    }
  }
}
