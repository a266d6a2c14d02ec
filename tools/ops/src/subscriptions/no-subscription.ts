/** How a refusal of billing is told in the words of the flags. */
export function noSubscription(accountId: string): [string, string] {
  return ['account', `the account ${accountId} has no subscription at Stripe`];
}
