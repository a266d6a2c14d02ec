import type { User as ClerkUser } from '@clerk/backend';
import { displayName } from '../display-name.js';
import type { Person } from '../users/user.js';

/** What is kept of a person. Only an address that Clerk has verified counts. */
export function personOf(user: ClerkUser): Person {
  const primary = user.emailAddresses.find(({ id }) => id === user.primaryEmailAddressId);
  const email =
    primary?.verification?.status === 'verified' ? primary.emailAddress.trim() : undefined;
  return {
    clerkUserId: user.id,
    email,
    name: nameOf([user.firstName, user.lastName].filter(Boolean).join(' '), email),
    updatedAt: new Date(user.updatedAt),
  };
}

/** What they call themselves at Clerk, else the address, so that there is always something to show. */
function nameOf(name: string, email = ''): string {
  const { data } = displayName.safeParse(name.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200));
  return data ?? email.split('@', 1)[0]?.slice(0, 200) ?? '';
}
