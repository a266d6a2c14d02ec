import { RpcError } from '@modelbridge/service-kit/grpc';
import {
  documentSha256,
  earliestPlan,
  type NewPolicyVersion,
  type PolicyVersion,
} from './policy-version.js';

/** Whether a version is published once more as it was. */
export function isRepetition(published: PolicyVersion, given: NewPolicyVersion): boolean {
  return (
    published.documentSha256.equals(documentSha256(given.document)) &&
    published.isMaterial === given.isMaterial &&
    published.summary === given.summary &&
    (given.plannedAt === undefined || published.plannedAt.getTime() === given.plannedAt.getTime())
  );
}

/** Throws, naming the field, where a version cannot be published now. */
export function requirePublishable(
  { policyVersion, isMaterial, plannedAt }: NewPolicyVersion & { plannedAt: Date },
  newest: PolicyVersion | undefined,
  upcoming: PolicyVersion | undefined,
  now: Date,
): void {
  if (upcoming !== undefined) {
    throw new RpcError(
      'failed_precondition',
      `policy_version ${upcoming.policyVersion} is announced and not in force yet: publish the next one then`,
      { field: 'policy_version', details: { policyVersion: upcoming.policyVersion } },
    );
  }
  if (newest !== undefined && policyVersion <= newest.policyVersion) {
    throw invalid('policy_version', `must be later than ${newest.policyVersion}, the newest`);
  }
  const earliest = earliestPlan(isMaterial, now);
  if (plannedAt < earliest) {
    throw invalid(
      'planned_at',
      isMaterial
        ? `must be ${earliest.toISOString()} or later: mails are tried for 3 days, and people have 14`
        : 'must not be in the past',
    );
  }
}

function invalid(field: string, problem: string): RpcError {
  return new RpcError('invalid_argument', `${field} ${problem}`, { field });
}
