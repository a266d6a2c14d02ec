import { setTimeout as sleep } from 'node:timers/promises';
import { CloseAllowanceRequest } from '@modelbridge/contracts/billing.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import type { BillingClient } from '../clients/clients.module.js';
import type { Adoption } from '../spool/spool.js';

/** The last step of all, where the real one is no longer known. */
const lastStep = 4_294_967_295;
const retryMs = { first: 500, most: 30_000 };

/** Closes the allowances of a gateway that died, with the exact totals that its spool held. */
export async function closeAdoptedAllowances(
  adoption: Adoption,
  billing: BillingClient,
  logger: Logger,
): Promise<void> {
  for (const [allowanceId, spentNanoUsd] of adoption.allowances) {
    for (let delayMs = retryMs.first; ; delayMs = Math.min(delayMs * 2, retryMs.most)) {
      try {
        await billing.closeAllowance(
          CloseAllowanceRequest.fromPartial({ allowanceId, step: lastStep, spentNanoUsd }),
        );
        break;
      } catch (error) {
        const code = rpcErrorFrom(error)?.code;
        // Billing has written it off or never knew it: there is nothing left to close.
        if (code === 'not_found' || code === 'failed_precondition') break;
        logger.warn({ allowanceId, code }, 'an adopted allowance stays open');
        await sleep(delayMs, undefined, { ref: false });
      }
    }
    adoption.allowanceClosed(allowanceId);
  }
}
