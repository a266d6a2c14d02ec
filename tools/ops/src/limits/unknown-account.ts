import type { LimitScopeName } from '@modelbridge/contracts/limits';
import type { LimitSelector } from './limit-selector.js';

type Refusal = [argument: string, message: string];

const refusals: Record<LimitScopeName, (accountId: string) => Refusal> = {
  account: (accountId) => noSuchAccount('id', accountId),
  member: (accountId) => noSuchAccount('account', accountId),
  key: (accountId) => ['id', `the account ${accountId} of this key does not exist`],
};

function noSuchAccount(flag: string, accountId: string): Refusal {
  return [
    flag,
    `there is no account ${accountId}: --${flag} takes the accountId that account create printed`,
  ];
}

/** What is said where billing does not know the account: the flag that named it, and the fix. */
export function unknownAccount({ scope }: LimitSelector, accountId: string): Refusal {
  return refusals[scope](accountId);
}
