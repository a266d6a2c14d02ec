import { formatUsd } from '@modelbridge/contracts';
import type { GetSettlementResponse as Charges } from '@modelbridge/contracts/billing.v1';
import type {
  GetSettlementResponse as Usage,
  ListOutstandingResponse as Outstanding,
} from '@modelbridge/contracts/usage_ledger.v1';
import type { Finding } from './finding.js';

/** Usage is recorded and charged within seconds: what waits for longer than this is stuck. */
const mostAgeMs = 300_000n;

/**
 * I5: no usage waits for long to be recorded or charged, none is put aside, nothing is missing under the
 * settled watermarks, and the requests that billing has confirmed cost what was charged, and overrun what
 * was overrun, for them. `charges` must cover exactly the sequences up to
 * `usage.confirmedLedgerSequence`: those are committed in billing and change no more. Each missing
 * sequence, each record that is stuck or put aside and each request without its charge (or the reverse) is a
 * violation; a difference of the sums is one more, as are recorded requests that are not charged for long.
 */
export function usageAgreesWithCharges(
  usage: Usage,
  charges: Charges,
  outstanding: Outstanding,
): Finding {
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
  if (usage.quarantinedRecords > 0n) {
    examples.push(
      `usage-ledger: ${usage.quarantinedRecords} records in quarantine are not charged`,
    );
  }
  const stuck = outstanding.epochs.filter(({ oldestAgeMs }) => oldestAgeMs > mostAgeMs);
  for (const { gatewayEpoch, records, oldestAgeMs, silentMs } of stuck) {
    examples.push(
      `gateway epoch ${gatewayEpoch}: ${records} requests are not recorded, the oldest for ` +
        `${minutes(oldestAgeMs)}; its holder was last heard ${minutes(silentMs)} ago`,
    );
  }
  const isUncharged = outstanding.oldestUnconfirmedAgeMs > mostAgeMs;
  if (isUncharged) {
    examples.push(`recorded and not charged for ${minutes(outstanding.oldestUnconfirmedAgeMs)}`);
  }
  return {
    invariant: 'I5',
    checked: usage.settledSequences + usage.confirmedRequests,
    violations:
      usage.sequenceGaps +
      unmatched +
      (differs ? 1n : 0n) +
      usage.quarantinedRecords +
      stuck.reduce((sum, { records }) => sum + records, 0n) +
      (isUncharged ? 1n : 0n),
    examples,
  };
}

function minutes(ms: bigint): string {
  return `${ms / 60_000n} min`;
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
