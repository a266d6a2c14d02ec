import type { PolicyVersion as PolicyVersionMessage } from '@modelbridge/contracts/auth.v1';
import type { PolicyVersion } from './policy-version.js';

/** Generated types want every field present, also those that are unset. */
export function policyMessage(version: PolicyVersion): PolicyVersionMessage {
  return { ...version, announcedAt: version.announcedAt, effectiveAt: version.effectiveAt };
}
