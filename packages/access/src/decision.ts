import { isId } from '@modelbridge/contracts';
import {
  callersForPeople,
  type PersonRule,
  type Principal,
  type Reach,
  type Relation,
} from '@modelbridge/contracts/access';
import { currentCaller, RpcError } from '@modelbridge/service-kit/grpc';

interface PersonRequest {
  actorUserId?: string;
}

/** The id of the person that a request names; undefined for a caller that acts for itself, and may. */
export function actorOf({ actorUserId }: PersonRequest): string | undefined {
  return actorUserId || isForPeople(currentCaller()) ? requireActor({ actorUserId }) : undefined;
}

function isForPeople(caller: ReturnType<typeof currentCaller>): boolean {
  if (caller === undefined || !Object.hasOwn(callersForPeople, caller.principal)) return false;
  const methods = callersForPeople[caller.principal as Principal];
  return methods === 'every' || methods?.includes(caller.method) === true;
}

/** The id of the person behind a method that only people call. */
export function requireActor({ actorUserId = '' }: PersonRequest): string {
  if (isId('user', actorUserId)) return actorUserId;
  throw new RpcError(
    'invalid_argument',
    'actor_user_id is required: the user_ id of the person who calls',
    { field: 'actor_user_id' },
  );
}

/**
 * How far somebody may go who is this to the thing, or to whom it is nothing. Throws `nothing`, the service's answer
 * where there is no such thing, for what they may not know of, and `permission_denied` for what they may not do.
 */
export function grantOf(
  rule: PersonRule,
  relation: Relation | undefined,
  nothing: RpcError,
): Reach {
  const reach = relation === undefined ? undefined : rule.may[relation];
  if (reach !== undefined) return reach;
  if (relation === undefined || rule.kind === 'reading') throw nothing;
  const able = Object.keys(rule.may).filter((name) => name !== 'self');
  throw new RpcError(
    'permission_denied',
    `only the team's ${able.join(' or an ')} may do this: ask them, or have them change your role`,
    { field: 'actor_user_id' },
  );
}
