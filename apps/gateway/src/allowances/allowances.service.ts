import { newId } from '@modelbridge/contracts';
import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BillingClient } from '../clients/clients.module.js';
import type { ResolvedKey } from '../keys/resolved-key.js';
import { Spool } from '../spool/spool.js';
import type { Admission, Need } from './admission.js';
import { AllowanceCloser } from './allowance-closer.service.js';
import { BillingClientSteps } from './billing-client-steps.js';
import { KeyAllowance } from './key-allowance.js';
import { allowanceBounds } from './bounds.js';

export type { Admission, Hold, Need } from './admission.js';

/** Admits requests from memory against money that billing has set aside for their keys. */
@Injectable()
export class Allowances implements OnApplicationBootstrap {
  private readonly keys = new Map<string, KeyAllowance>();
  private readonly steps: BillingClientSteps;
  private ticking: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(
    billing: BillingClient,
    spool: Spool,
    private readonly closer: AllowanceCloser,
    logger: Logger,
  ) {
    this.steps = new BillingClientSteps(billing, spool, closer, logger);
  }

  onApplicationBootstrap(): void {
    this.ticking = setInterval(() => this.tick(), allowanceBounds.tickMs);
  }

  /**
   * At once where the key's allowance covers the request, else when billing has answered. `waitedMs`: for how
   * long the request has waited for other services.
   */
  admit(key: ResolvedKey, need: Need, waitedMs: number): Admission | Promise<Admission> {
    if (this.closing) return { refused: { reason: 'billing_unavailable' } };
    let allowance = this.keys.get(key.keyId);
    if (allowance === undefined) {
      allowance = new KeyAllowance(key, {
        billing: this.steps,
        newAllowanceId: () => newId('allowance'),
        now: () => performance.now(),
      });
      this.keys.set(key.keyId, allowance);
    }
    allowance.spendsFor(key);
    return allowance.admit(need, waitedMs);
  }

  /** billing wants idle remainders back: of one key, or of a whole account. */
  recall(accountId: string, keyId: string | null): void {
    for (const [id, allowance] of this.keys) {
      if (allowance.accountId === accountId && (keyId === null || id === keyId)) allowance.recall();
    }
  }

  /** Gives back what no request uses. Resolves when billing knows, or soon all the same: the spool's heir closes the rest. */
  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.ticking);
    const closed = Promise.all([...this.keys.values()].map((allowance) => allowance.close()));
    let giveUp: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      giveUp = setTimeout(resolve, allowanceBounds.closeOnShutdownMs);
    });
    await Promise.race([closed, late]);
    clearTimeout(giveUp);
    this.closer.stop();
  }

  private tick(): void {
    for (const [keyId, allowance] of this.keys) {
      allowance.tick();
      if (allowance.isEmpty) this.keys.delete(keyId);
    }
  }
}
