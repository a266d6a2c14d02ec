import { playgroundChat, type SessionAccount } from '@modelbridge/dashboard-api';
import { useSyncExternalStore } from 'react';
import { api } from '../../../api/api.js';
import { useAccount } from '../../../layout/use-account.js';
import { Playground } from './playground.js';

/** Of each account; a conversation outlives a visit to another page. */
const playgrounds = new Map<string, Playground>();

function playgroundOf({ account_id, team_id }: SessionAccount): Playground {
  const known = playgrounds.get(account_id);
  if (known !== undefined) return known;
  const made = new Playground((body, signal) =>
    api.open(playgroundChat, { params: { account_id }, query: { team_id }, body, signal }),
  );
  playgrounds.set(account_id, made);
  return made;
}

/** The playground of the account that is looked at, and its state as it is now. */
export function usePlayground() {
  const playground = playgroundOf(useAccount());
  const state = useSyncExternalStore(playground.subscribe, playground.snapshot);
  return { playground, state };
}
