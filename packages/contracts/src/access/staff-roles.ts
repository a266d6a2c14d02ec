import type { Principal } from './principals.js';

/** The principals of staff, by which operators' commands are known, and the role in which each acts. */
const roles: Partial<Record<Principal, string>> = { ops: 'admin' };

/** The role of a member of staff; undefined for a service. */
export function staffRoleOf(principal: string): string | undefined {
  return Object.hasOwn(roles, principal) ? roles[principal as Principal] : undefined;
}
