import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import type { Services } from '../connection/services.js';
import { isSilence, OpsError, silence } from '../ops-error.js';
import { invariants, type Finding } from './finding.js';
import { usageAgreesWithCharges } from './settlement.js';

export type CheckedServices = Pick<Services, 'auth' | 'billing' | 'usage-ledger' | 'retention'>;

/** What a service may take to answer at all, and to read everything it has. */
const timeouts = { answersMs: 10_000, readsEverythingMs: 10 * 60_000 };
const reading = { timeoutMs: timeouts.readsEverythingMs };
const answering = { timeoutMs: timeouts.answersMs };

/**
 * Checks I1 to I8 over everything there is, on a system under load too: billing reads I1 to I4 in one
 * snapshot, I5 compares only what billing has confirmed before either sum is taken, and I7 what moved at Stripe
 * until some minutes ago. I8 reads every receipt, and looks for what should be gone.
 * `unavailable` names the service that does not answer.
 */
export async function checkInvariants({
  auth,
  billing,
  'usage-ledger': usageLedger,
  retention,
}: CheckedServices): Promise<Finding[]> {
  // So that a service that hangs is noticed soon, however long a full check may take.
  await Promise.all([
    asking('auth', auth.getCurrentPolicy({}, answering)),
    asking(
      'usage-ledger',
      usageLedger.listRecorded({ afterLedgerSequence: 0n, limit: 1 }, answering),
    ),
    asking(
      'billing',
      billing.getSettlement({ afterLedgerSequence: 0n, upToLedgerSequence: 0n }, answering),
    ),
    asking('retention', retention.receipts.getReceiptKey({}, answering)),
  ]);
  const usage = await asking(
    'usage-ledger',
    usageLedger.getSettlement({ afterLedgerSequence: 0n }, reading),
  );
  const outstanding = await asking('usage-ledger', usageLedger.listOutstanding({}, answering));
  const charges = await asking(
    'billing',
    billing.getSettlement(
      { afterLedgerSequence: 0n, upToLedgerSequence: usage.confirmedLedgerSequence },
      reading,
    ),
  );
  const { checks } = await asking('billing', billing.checkInvariants({ full: true }, reading));
  const logs = await asking('auth', auth.checkAuditLog({}, reading));
  const deletions = await asking('retention', retention.receipts.checkDeletions({}, reading));
  const {
    checked,
    differences: violations,
    examples,
  } = await asking('billing', billing.checkPayments({}, reading));
  return complete([
    ...checks,
    usageAgreesWithCharges(usage, charges, outstanding),
    { invariant: 'I6', ...logs },
    { invariant: 'I7', checked, violations, examples },
    { invariant: 'I8', ...deletions },
  ]);
}

/** Every invariant once, in order; one that nobody checked is a failure, not a success. */
function complete(findings: Finding[]): Finding[] {
  return invariants.map((invariant) => {
    const found = findings.find((finding) => finding.invariant === invariant);
    if (found === undefined) {
      throw new OpsError('internal', null, `nobody checked ${invariant}`);
    }
    return found;
  });
}

async function asking<T>(service: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const remote = rpcErrorFrom(error);
    if (remote === undefined) throw error;
    throw new OpsError(
      remote.code,
      null,
      isSilence(remote)
        ? silence(service, error)
        : `${service} could not check: ${remote.message}; its log tells more`,
    );
  }
}
