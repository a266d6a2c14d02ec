import {
  limitScopeIdKinds,
  limitScopes,
  type LimitPeriodName,
  type LimitScopeName,
} from '@modelbridge/contracts/limits';
import { invalidArgument } from '../arguments.js';
import { idArgument } from '../ids.js';
import { listed, scopes } from './limit-scopes.js';

/** Whose limits are meant, as the command line says it. */
export interface LimitSelector {
  scope: LimitScopeName;
  /** The account, the user of a member, or the key. */
  id: string;
  /** Given where the scope needs it, and only there. */
  account?: string;
}

/** Reads `--scope`, `--id` and `--account`. */
export function limitSelector(flags: Record<string, string | undefined>): LimitSelector {
  const { id = '', account } = flags;
  const scope = limitScopes.find((known) => known === flags['scope']);
  if (scope === undefined) {
    throw invalidArgument('scope', `--scope must be ${listed(limitScopes, 'or')}`);
  }
  const selector = { scope, id: idArgument(limitScopeIdKinds[scope], id, 'id') };
  const { needsAccount } = scopes[scope];
  if (needsAccount === undefined) {
    if (account === undefined) return selector;
    throw invalidArgument('account', `--account does not go with --scope ${scope}: leave it out`);
  }
  if (account === undefined) {
    throw invalidArgument(
      'account',
      `--account is missing: ${needsAccount}, so add --account ACCOUNT_ID`,
    );
  }
  return { ...selector, account: idArgument('account', account, 'account') };
}

/** Reads `--period`, which must be one by which the scope can be limited. */
export function limitPeriod(scope: LimitScopeName, text: string): LimitPeriodName {
  const { periods } = scopes[scope];
  const period = periods.find((known) => known === text);
  if (period !== undefined) return period;
  throw invalidArgument('period', `--period must be ${listed(periods, 'or')} for --scope ${scope}`);
}
