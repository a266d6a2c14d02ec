import type { SessionAccount } from '@modelbridge/dashboard-api';
import { getRouteApi } from '@tanstack/react-router';
import { useSession } from '../api/session.js';

const shell = getRouteApi('/shell');

/** The account that is looked at: the one of the address, else the person's own. */
export function useAccount(): SessionAccount {
  const { accounts } = useSession();
  const { account: wanted } = shell.useSearch();
  const account = accounts.find(({ account_id }) => account_id === wanted) ?? accounts[0];
  if (account === undefined) throw new Error('A session has at least the account of its person.');
  return account;
}
