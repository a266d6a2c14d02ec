import { formatUsd } from '@modelbridge/contracts';
import type { GetSettlementResponse as Charges } from '@modelbridge/contracts/billing.v1';
import type { GetSettlementResponse as Usage } from '@modelbridge/contracts/usage_ledger.v1';
import type { Finding } from './finding.js';

/**
 * I5: nothing is missing under the settled watermarks, and the requests that billing has confirmed cost
 * what was charged, and overrun what was overrun, for them. `charges` must cover exactly the sequences up to
 * `usage.confirmedLedgerSequence`: those are committed in billing and change no more. Each missing
 * sequence and each request without its charge (or the reverse) is a violation; a difference of the
 * sums is one more.
 */
export function usageAgreesWithCharges(usage: Usage, charges: Charges): Finding {
  const unmatched = distance(usage.confirmedRequests, charges.charges);
  const differs =
    usage.confirmedCostNanoUsd !== charges.chargedNanoUsd ||
    usage.confirmedOverrunNanoUsd !== charges.overrunNanoUsd;
  const examples = usage.epochsWithGaps.map(
    ({ gatewayEpoch, sequenceGaps, settledSequence }) =>
      `gateway epoch ${gatewayEpoch}: ${sequenceGaps} of the sequences up to ${settledSequence} are missing`,
  );
  const upTo = `up to ledger sequence ${usage.confirmedLedgerSequence}`;
  if (unmatched > 0n) {
    examples.push(`${upTo}: ${usage.confirmedRequests} requests, ${charges.charges} charges`);
  }
  if (differs) {
    examples.push(
      `${upTo}: requests cost ${formatUsd(usage.confirmedCostNanoUsd)} + overrun ${formatUsd(usage.confirmedOverrunNanoUsd)} USD, ` +
        `charged ${formatUsd(charges.chargedNanoUsd)} + overrun ${formatUsd(charges.overrunNanoUsd)} USD`,
    );
  }
  return {
    invariant: 'I5',
    checked: usage.settledSequences + usage.confirmedRequests,
    violations: usage.sequenceGaps + unmatched + (differs ? 1n : 0n),
    examples,
  };
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
