import { ConsentSource, type User as UserMessage } from '@modelbridge/contracts/auth.v1';
import type { User } from './user.js';

/** A user as it goes over gRPC. Generated types want every field present, also those that are unset. */
export function userMessage(user: User): UserMessage {
  const { consents } = user;
  return {
    ...user,
    consents: consents && {
      ...consents,
      source: consents.source === 'operator' ? ConsentSource.OPERATOR : ConsentSource.PERSON,
    },
    closedAt: user.closedAt,
    restrictedAt: user.restrictedAt,
  };
}
