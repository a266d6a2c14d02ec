import type { LimitSelector } from './limit-selector.js';

/** What is said where billing does not know the account: the flag that named it, and the fix. */
export function unknownAccount(
  { scope }: LimitSelector,
  accountId: string,
): [argument: string, message: string] {
  if (scope === 'key') return ['id', `the account ${accountId} of this key does not exist`];
  const flag = scope === 'member' ? 'account' : 'id';
  return [
    flag,
    `there is no account ${accountId}: --${flag} takes the accountId that account create printed`,
  ];
}
